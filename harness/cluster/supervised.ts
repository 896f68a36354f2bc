import type { ServerEnvironment } from './server.ts';

/** The file to which the supervisor writes the process id of the server that it runs. */
export const PID_FILE = '/tmp/roundtrip-server.pid';
/** While this file exists, the container does not end with its server. */
export const HOLD_FILE = '/tmp/roundtrip-hold';

/**
 * Process 1 of a container starts the server, and ends with it and with the same status, as if the server itself were
 * process 1. While the hold file exists it stays instead, and starts the server again when the file is gone. So a
 * server can be killed and started again with its address, its ports and its data, as an operator would do it.
 *
 * A plain `kill` of a container's process 1 does nothing if that process has no handler, so the signals that end a
 * container are passed on.
 */
const SUPERVISOR = `
trap 'kill -TERM "$server" 2>/dev/null' TERM INT
while :; do
  "$@" &
  server=$!
  echo "$server" > ${PID_FILE}
  wait "$server"; status=$?
  while kill -0 "$server" 2>/dev/null; do wait "$server"; status=$?; done
  [ -e ${HOLD_FILE} ] || exit "$status"
  rm -f ${PID_FILE}
  trap 'exit 143' TERM INT
  while [ -e ${HOLD_FILE} ]; do sleep 0.05; done
  trap 'kill -TERM "$server" 2>/dev/null' TERM INT
done
`;

/**
 * Returns the command that runs a server. If the servers of the cluster may be ended and started again, it runs under
 * the supervisor, which needs /bin/sh, cat, rm, sed, sleep and touch in the image.
 */
export function supervised(
  { isRestartable }: Pick<ServerEnvironment, 'isRestartable'>,
  command: readonly string[],
): readonly string[] {
  if (isRestartable !== true) return command;
  return ['/bin/sh', '-c', SUPERVISOR, 'supervisor', ...command];
}
