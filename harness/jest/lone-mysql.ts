import { createReadStream } from 'node:fs';
import path from 'node:path';
import { layOutCluster, stop, type ClusterLayout } from '../cluster/cluster-layout.ts';
import { SourceMySql, type MySqlSettings } from '../cluster/source-mysql.ts';
import { Recorder } from '../history/recorder.ts';
import { openArtifacts } from '../report/artifacts.ts';
import { setUp } from '../run/set-up.ts';
import { makeCertificate } from './certificate.ts';

export interface LoneMysql extends AsyncDisposable {
  readonly mysql: SourceMySql;
  /** The server's certificate in PEM form, which is its own authority; empty if TLS was not asked for. */
  readonly certificate: string;
  /** The id that its network and container have on the engine. */
  readonly clusterId: string;
  /** The folder of its log. */
  readonly logs: string;
  /** Has MySQL's own client run the statements of a file. */
  readonly run: (file: string) => Promise<void>;
}

const TLS_FOLDER = '/roundtrip/tls';

/**
 * A MySQL without a cluster around it, like one in production; disposing of it removes it.
 *
 * @param options `isSecured`: its TLS has a certificate that a client can check. `volume`: its data, if it already
 *   exists.
 */
export async function startMysql(
  database: string,
  settings: MySqlSettings = {},
  { isSecured = false, volume }: { readonly isSecured?: boolean; readonly volume?: string } = {},
): Promise<LoneMysql> {
  const { docker, images } = await setUp(new Recorder());
  const { logs: logDirectory } = await openArtifacts(path.resolve('artifacts'));
  const layout = await layOutCluster(docker, images, { logDirectory });
  const { environment, credentials } = layout;
  try {
    const tls = isSecured ? await tlsOf(layout) : { settings: {}, files: {}, certificate: '' };
    const mysql = await SourceMySql.start(environment, {
      image: images.mysql,
      database,
      credentials,
      settings: { ...settings, ...tls.settings },
      files: tls.files,
      volume,
    });
    const { clusterId } = environment;
    const { certificate } = tls;
    return {
      mysql,
      certificate,
      clusterId,
      logs: logDirectory,
      run: async (file) => {
        const options = ['--default-character-set=utf8mb4', `--database=${database}`];
        const { exitCode, stderr } = await mysql.client(options, createReadStream(file), undefined);
        if (exitCode !== 0) throw new Error(`${file}: ${stderr}`);
      },
      [Symbol.asyncDispose]: async () => await stop(layout),
    };
  } catch (error) {
    await stop(layout);
    throw error;
  }
}

async function tlsOf({ images, environment }: ClusterLayout) {
  const labels = Object.entries(environment.labels).map(([name, value]) => `--label=${name}=${value}`);
  const { key, certificate } = await makeCertificate(images.vitess, labels);
  const [keyFile, certificateFile] = [`${TLS_FOLDER}/key.pem`, `${TLS_FOLDER}/certificate.pem`];
  return {
    settings: { ssl_key: keyFile, ssl_cert: certificateFile, ssl_ca: certificateFile },
    files: { [keyFile]: key, [certificateFile]: certificate },
    certificate,
  };
}
