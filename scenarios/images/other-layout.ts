import { expect } from '@jest/globals';
import type Docker from 'dockerode';
import { buildLabels } from '../../docker/labels.ts';
import { scenario } from '../../harness/jest/scenario.ts';

/**
 * The image with another layout: servers run as another user, the usual data directory is a volume, and the entrypoint
 * fails, because nothing may rely on it.
 */
async function otherwise(docker: Docker, image: string, name: string): Promise<string> {
  const { Id } = await docker.getImage(image).inspect();
  const repo = `vitess-roundtrip/other-${name}`;
  const tag = Id.replace('sha256:', '').slice(0, 12);
  // Made once per image, because the image that is prepared from it is also kept.
  if ((await docker.listImages({ filters: { reference: [`${repo}:${tag}`] } })).length > 0) return `${repo}:${tag}`;
  const container = await docker.createContainer({
    Image: image,
    Labels: buildLabels(),
    User: 'root',
    Cmd: ['sh', '-c', 'useradd --uid 4242 --create-home dbadmin && chown dbadmin /run/mysqld /var/lib/mysql-files'],
  });
  try {
    await container.start();
    expect(await container.wait()).toMatchObject({ StatusCode: 0 });
    const changes = ['USER dbadmin', 'VOLUME /var/lib/mysql', 'VOLUME /vt/vtdataroot', 'ENTRYPOINT ["/bin/false"]'];
    await container.commit({ repo, tag, changes: changes.join('\n') });
  } finally {
    await container.remove({ force: true });
  }
  return `${repo}:${tag}`;
}

// Claim: images with another layout can be used: another user, another data directory, and an entrypoint of their own.
scenario(
  'a migration on images with another layout',
  {
    images: async ({ docker, images }) => ({
      mysql: await otherwise(docker, images.mysql, 'mysql'),
      vitess: await otherwise(docker, images.vitess, 'vitess'),
    }),
  },
  async ({ cluster, migration, observe }) => {
    const { stdout } = await cluster.source.server.exec(['id', '-un']);
    expect(stdout.trim()).toBe('dbadmin');
    await migration.create();
    await migration.copied();
    await migration.switchTraffic();
    expect(await observe()).toBeEqualOnBothSides();
  },
);
