import { createWriteStream, type WriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type Docker from 'dockerode';
import { engineDoes } from '../../docker/engine-does.ts';
import type { LineSplitter } from './line-splitter.ts';

/**
 * What has been read is written to the file this often. Servers write some 3,000 lines in a minute, and each write of its
 * own wakes another thread.
 */
const WRITE_EVERY_MS = 200;

/** Receives the error when a log cannot be read or written. */
export type LogFault = (file: string, cause: unknown) => void;

/**
 * Copies what a container writes, from its first line on, to a file and to `lines`. testcontainers' own consumer passes
 * each line through three more streams. A log that cannot be read is missing, and does not end the run.
 */
export async function followLog(
  container: Docker.Container,
  logFile: string,
  lines: LineSplitter,
  onFault: LogFault | undefined,
): Promise<void> {
  const file = createWriteStream(logFile, { flags: 'a' });
  file.on('error', (error) => onFault?.(logFile, error));
  const following = engineDoes('the log of a container', container.logs({ follow: true, stdout: true, stderr: true }));
  const written = (await following.catch((error: unknown) => onFault?.(logFile, error))) as IncomingMessage | undefined;
  if (written === undefined) return void file.end();
  // A log must not keep this process alive. Where the engine is reached in another way, there is no such socket.
  written.socket?.unref?.();
  const decoder = new StringDecoder('utf8');
  const take = new Writable({
    write: (chunk: Buffer, _, callback) => {
      writeSoon(file, chunk);
      lines.push(decoder.write(chunk));
      callback();
    },
  });
  container.modem.demuxStream(written, take, take);
  written.on('end', () => file.end());
  // What an engine that goes away did not send is missing in the file; whoever needs the server finds out.
  written.on('error', () => file.end());
}

/** The first chunk of a batch holds the file back; `end` lets go of it too. */
function writeSoon(file: WriteStream, chunk: Buffer): void {
  if (file.writableCorked === 0) {
    file.cork();
    setTimeout(() => file.uncork(), WRITE_EVERY_MS);
  }
  file.write(chunk);
}
