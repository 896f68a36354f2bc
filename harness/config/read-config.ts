import path from 'node:path';
import type { z } from 'zod';
import { usage } from '../errors.ts';
import { configFile, type Config, type ConfigInput, type Endpoint, type ExistingTarget } from './config.ts';
import { explainIssues } from './explain-issues.ts';
import { withWorkloadFile } from './workload-file.ts';
import { written } from './written.ts';

/** A config that was read and found valid. */
export interface ReadConfig {
  readonly config: Config;
  /** The config as its author wrote it. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** Absolute. */
  readonly file: string;
}

/**
 * Reads `.yaml`, `.yml`, `.json`, or a module whose default export is the config, and makes its paths absolute.
 *
 * @throws usage for a file that does not exist or does not parse; and one error for all invalid keys, each with its
 *   line, and with the closest valid name for an unknown key.
 * @param options `bringsStatements`: the caller has a workload of its own, so the one in a file is not read.
 */
export async function readConfig(
  name: string,
  { bringsStatements = false }: { readonly bringsStatements?: boolean } = {},
): Promise<ReadConfig> {
  const file = path.resolve(name);
  const { value, place } = await written(file);
  const parsed = configFile.safeParse(value);
  if (!parsed.success) {
    const problems = explainIssues(parsed.error.issues, value, place);
    throw usage({
      what: `The config has ${problems.length === 1 ? 'a fault' : `${problems.length} faults`}.`,
      seen: problems.join('\n'),
      where: file,
      next: 'Correct them; docs/config.md lists everything that a config may hold.',
    });
  }
  // The schema has checked that this is a record.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const raw = value as ConfigInput;
  const own = completed(parsed.data, path.dirname(file));
  const config = bringsStatements ? own : await withWorkloadFile(own, raw);
  return { config, raw, file };
}

/** Returns the config with absolute paths, and with the default for `end` filled in. */
function completed(config: z.output<typeof configFile>, directory: string): Config {
  const absolute = (name: string) => path.resolve(directory, name);
  const { source, vschema, target, workload } = config;
  return {
    ...config,
    end: config.end ?? (target === undefined ? 'complete' : 'leave'),
    source: {
      ...source,
      ...(source.file === undefined ? {} : { file: absolute(source.file) }),
      ...(source.live === undefined ? {} : { live: withAbsoluteFiles(source.live, absolute) }),
    },
    ...(vschema === undefined ? {} : { vschema: absolute(vschema) }),
    workload: { ...workload, ...(workload.file === undefined ? {} : { file: absolute(workload.file) }) },
    ...(target === undefined ? {} : { target: withAbsoluteFilesOf(target, absolute) }),
  };
}

function withAbsoluteFilesOf(target: ExistingTarget, absolute: (name: string) => string): ExistingTarget {
  const { vtctld, vtgate, mysql } = target;
  const { tls, authFile } = vtctld;
  return {
    ...target,
    vtctld: {
      ...vtctld,
      ...(authFile === undefined ? {} : { authFile: absolute(authFile) }),
      ...(tls === undefined
        ? {}
        : {
            tls: {
              ...tls,
              ca: absolute(tls.ca),
              ...(tls.cert === undefined ? {} : { cert: absolute(tls.cert) }),
              ...(tls.key === undefined ? {} : { key: absolute(tls.key) }),
            },
          }),
    },
    vtgate: withAbsoluteFiles(vtgate, absolute),
    mysql: mysql && {
      source: withAbsoluteFiles(mysql.source, absolute),
      target: withAbsoluteFiles(mysql.target, absolute),
    },
  };
}

function withAbsoluteFiles<T extends Endpoint>(server: T, absolute: (name: string) => string): T {
  const { passwordFile, tls } = server;
  const pem = Object.entries(tls === true || tls === false ? {} : tls).flatMap(([key, file]) =>
    file === undefined ? [] : [[key, absolute(file)]],
  );
  return {
    ...server,
    ...(passwordFile === undefined ? {} : { passwordFile: absolute(passwordFile) }),
    tls: typeof tls === 'boolean' ? tls : Object.fromEntries(pem),
  };
}
