import { hostName, type ServerEnvironment } from './server.ts';

/**
 * Makes a volume for the data of a server, which is removed with its cluster. Without a size, it starts with what the
 * image has in the folder where it is mounted.
 *
 * @param sizeMb the size of a file system of its own, in memory, that can be filled without harm to anything else;
 *   without it, the volume is a folder on the engine's disk.
 * @returns its name.
 */
export async function makeDataVolume(environment: ServerEnvironment, server: string, sizeMb?: number): Promise<string> {
  const { docker, labels } = environment;
  const name = `${hostName(environment, server)}-data`;
  const inMemory = { DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: `size=${sizeMb}m` } };
  await docker.createVolume({ Name: name, Labels: { ...labels }, ...(sizeMb === undefined ? {} : inMemory) });
  return name;
}
