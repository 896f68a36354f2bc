import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';
import { findEngine } from '../../docker/engine.ts';
import { CLUSTER_LABEL } from '../../docker/labels.ts';
import { queryRows, withConnection } from '../../harness/cluster/mysql-endpoint.ts';
import { scenario } from '../../harness/jest/scenario.ts';

// Claim: servers can be reached only from this machine and only with the run's passwords, and no password is kept. The
// connections on which the source's vttablet kills its statements use TLS.
scenario(
  'ports are on loopback, passwords are asked for and not kept, and dba connections use TLS',
  {},
  async ({ run, cluster }) => {
    const engine = await findEngine();
    const filters = { label: [`${CLUSTER_LABEL}=${cluster.id}`] };
    const containers = await engine!.docker.listContainers({ filters });
    const published = containers.flatMap(({ Ports }) => Ports.filter(({ PublicPort }) => PublicPort !== undefined));
    expect(containers).toHaveLength(9);
    expect(published.length).toBeGreaterThanOrEqual(containers.length);
    expect(new Set(published.map(({ IP }) => IP))).toEqual(new Set(['127.0.0.1']));

    const vtgate = await cluster.vtgate();
    const stranger = { ...vtgate.applicationEndpoint('commerce'), password: 'not the password' };
    await expect(withConnection(stranger, async () => undefined)).rejects.toThrow(/Access denied/);

    const roles = await withConnection(
      cluster.source.harnessEndpoint,
      async (connection) =>
        await queryRows<{ user: string; by: string }>(
          connection,
          `SELECT DISTINCT PROCESSLIST_USER AS user, CONNECTION_TYPE AS \`by\` FROM performance_schema.threads
          WHERE PROCESSLIST_USER LIKE 'vt%' AND CONNECTION_TYPE IS NOT NULL ORDER BY user`,
        ),
    );
    expect(roles.filter(({ user }) => user === 'vt_dba')).toEqual([{ user: 'vt_dba', by: 'SSL/TLS' }]);
    const others = roles.filter(({ user }) => user !== 'vt_dba');
    expect(new Set(others.map(({ by }) => by))).toEqual(new Set(['TCP/IP']));

    const { harness, application, vitess } = cluster.credentials;
    const passwords = [harness, application, ...Object.values(vitess)].map(({ password }) => password);
    const files = (await readdir(run.artifacts.path, { recursive: true })).filter((name) => name.endsWith('.log'));
    expect(files.length).toBeGreaterThanOrEqual(containers.length);
    for (const file of files) {
      const text = await readFile(path.join(run.artifacts.path, file), 'utf8');
      expect({ file, kept: passwords.filter((password) => text.includes(password)) }).toEqual({ file, kept: [] });
    }
  },
);
