import { execa } from 'execa';

export interface Certificate {
  /** In PEM form, both. */
  readonly key: string;
  readonly certificate: string;
}

/**
 * A key and a certificate for this machine's loopback that is its own authority.
 *
 * @param image one with openssl.
 * @param labels of the container that makes them, as docker takes them.
 */
export async function makeCertificate(image: string, labels: readonly string[]): Promise<Certificate> {
  const names = '-addext subjectAltName=DNS:localhost,IP:127.0.0.1';
  const script = `openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=loopback ${names} -keyout /tmp/k -out /tmp/c 2>/dev/null; cat /tmp/k /tmp/c`;
  const { stdout: pem } = await execa('docker', ['run', '--rm', ...labels, '--entrypoint=sh', image, '-c', script]);
  const at = pem.indexOf('-----BEGIN CERTIFICATE');
  return { key: pem.slice(0, at), certificate: pem.slice(at) };
}
