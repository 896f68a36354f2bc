import { execa } from 'execa';

export interface Certificate {
  /** Both are in PEM form. */
  readonly key: string;
  readonly certificate: string;
}

/**
 * Makes a key and a certificate: for this machine's loopback and its own authority, or for a client in the name of an
 * issuer.
 *
 * @param image one with openssl.
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
