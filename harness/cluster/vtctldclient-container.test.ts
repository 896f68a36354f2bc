import { expect, test } from '@jest/globals';
import { flagsOf, lastMessage } from './vtctldclient-container.ts';

test('secrets are in files, not in the flags', () => {
  const tls = { ca: 'CA PEM', cert: 'CERT PEM', key: 'KEY PEM', serverName: 'vtctld.internal' };
  const flags = flagsOf({ host: 'localhost', port: 15_999, tls, auth: '{"Password":"secret"}' });
  expect(flags).toEqual([
    '--server=localhost:15999',
    '--vtctld-grpc-ca=/tmp/vtctldclient/ca.pem',
    '--vtctld-grpc-cert=/tmp/vtctldclient/cert.pem',
    '--vtctld-grpc-key=/tmp/vtctldclient/key.pem',
    '--vtctld-grpc-server-name=vtctld.internal',
    '--grpc-auth-static-client-creds=/tmp/vtctldclient/auth.json',
  ]);
});

test('plain, and by an IPv6 address', () => {
  expect(flagsOf({ host: '::1', port: 1 })).toEqual(['--server=[::1]:1']);
});

test('of what it says, the last message counts', () => {
  const error = '{"level":"WARN","msg":"dialing"}\n{"level":"ERROR","msg":"failed to append \\"x\\"\\n"}\n';
  expect(lastMessage(error)).toBe('failed to append "x"');
  expect(lastMessage('Unauthenticated\n')).toBe('Unauthenticated');
});
