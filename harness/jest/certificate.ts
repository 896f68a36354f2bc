import { execa } from 'execa';

export interface Certificate {
  /** A key and a certificate in PEM form. */
  readonly key: string;
  readonly certificate: string;
}

/**
 * Makes a key and a certificate: self-signed for this machine's loopback, or for a client and signed by an issuer.
 *
 * @param image an image with openssl.
 * @param labels labels for the container that makes them, in docker's form.
 */
export async function makeCertificate(
  image: string,
  labels: readonly string[],
  issuer?: Certificate,
): Promise<Certificate> {
  const whose =
    issuer === undefined
      ? '-subj /CN=loopback -addext subjectAltName=DNS:localhost,IP:127.0.0.1'
      : '-subj /CN=client -CA /tmp/ca -CAkey /tmp/ca';
  const script = `printf '%s\\n' "$@" > /tmp/ca; openssl req -x509 -newkey rsa:2048 -nodes -days 2 ${whose} -keyout /tmp/k -out /tmp/c 2>/dev/null; cat /tmp/k /tmp/c`;
  const authority = issuer === undefined ? [] : [issuer.key, issuer.certificate];
  const container = ['run', '--rm', '--network=none', ...labels, '--entrypoint=sh', image];
  const { stdout: pem } = await execa('docker', [...container, '-euc', script, 'sh', ...authority]);
  const at = pem.indexOf('-----BEGIN CERTIFICATE');
  return { key: pem.slice(0, at), certificate: pem.slice(at) };
}
