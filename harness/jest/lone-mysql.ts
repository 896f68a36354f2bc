import path from 'node:path';
import { lay, stop } from '../cluster/parts.ts';
import { SourceMySql, type MySqlSettings } from '../cluster/source-mysql.ts';
import { Recorder } from '../history/recorder.ts';
import { openArtifacts } from '../report/artifacts.ts';
import { setUp } from '../run/set-up.ts';

export interface LoneMysql extends AsyncDisposable {
  readonly mysql: SourceMySql;
  /** Of its network and container on the engine. */
  readonly clusterId: string;
  /** Folder of its log. */
  readonly logs: string;
}

/** A MySQL without a cluster around it, as production's would be; it is gone when it is disposed of. */
export async function startMysql(database: string, settings: MySqlSettings = {}): Promise<LoneMysql> {
  const { docker, images } = await setUp(new Recorder());
  const { logs: logDirectory } = await openArtifacts(path.resolve('artifacts'));
  const parts = await lay(docker, images, { logDirectory });
  const { surroundings, credentials } = parts;
  try {
    const mysql = await SourceMySql.start(surroundings, { image: images.mysql, database, credentials, settings });
    const { clusterId } = surroundings;
    return { mysql, clusterId, logs: logDirectory, [Symbol.asyncDispose]: async () => await stop(parts) };
  } catch (error) {
    await stop(parts);
    throw error;
  }
}
