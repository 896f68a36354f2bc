import { messageOf, trouble, usage } from '../errors.ts';
import { allOrFirstError } from '../wait.ts';
import { makeDataVolume } from './data-volume.ts';
import type { ServerEnvironment } from './server.ts';
import {
  SOURCE_MYSQL_PORT,
  SourceMySql,
  sourceMysqlName,
  type MySqlSettings,
  type SourceMySqlOptions,
} from './source-mysql.ts';
import { cloneFrom, follow } from './source-replication.ts';
import type { UnmanagedTablet } from './unmanaged-tablet.ts';

/** The settings of a source that loses no acknowledged write in a failover: commits wait until a follower has them. */
const REPLICATED: MySqlSettings = {
  // By default a primary continues without a follower after 10 s, and what it acknowledges then may be lost with it.
  rpl_semi_sync_source_timeout: '3600000',
  rpl_semi_sync_replica_enabled: 'ON',
};

const PLUGINS = 'semisync_source.so;semisync_replica.so;mysql_clone.so';

/** How the source is replicated in production. */
export interface SourceReplication {
  /** MySQLs that replicate from the source, each with a tablet in front of it. */
  readonly followers: number;
  /** Variables of the followers that differ from the source's. */
  readonly followerSettings?: MySqlSettings;
}

/** Starts the tablet in front of the MySQL with this index. */
type StartTablet = (mysql: SourceMySql, index: number) => Promise<UnmanagedTablet>;

interface Member {
  readonly mysql: SourceMySql;
  /** Undefined until it is first needed. */
  tablet?: Promise<UnmanagedTablet>;
}

/**
 * The MySQLs of the source and the unmanaged tablets in front of them. One is the primary, and the others follow it.
 * Only a call of `promote` changes which one it is, because only an operator knows that, and no server does.
 */
export class SourceShard {
  readonly #members: readonly Member[];
  readonly #startTablet: StartTablet;
  #primary: Member;

  private constructor(members: readonly [Member, ...Member[]], startTablet: StartTablet) {
    this.#members = members;
    this.#startTablet = startTablet;
    this.#primary = members[0];
  }

  /**
   * Starts all MySQLs, and makes the followers follow the first one. Their data is on volumes, because a clone renames
   * folders, and the engine's own file system refuses that for folders that come with the image.
   */
  static async start(
    given: ServerEnvironment,
    options: SourceMySqlOptions,
    { followers, followerSettings }: SourceReplication,
    startTablet: StartTablet,
  ): Promise<SourceShard> {
    if (followers === 0) return new SourceShard([{ mysql: await SourceMySql.start(given, options) }], startTablet);
    // A clone ends the mysqld that receives it.
    const environment = { ...given, isRestartable: true };
    const { plugin_load_add: asked, server_id: first = '1' } = options.settings ?? {};
    const plugins = asked === undefined ? PLUGINS : `${asked};${PLUGINS}`;
    const settings = { ...REPLICATED, ...options.settings, plugin_load_add: plugins };
    // If a data directory and a port were requested, they are only for the source.
    const { volume: loaded, hostPort: _, ...like } = options;
    const volume = loaded ?? (await makeDataVolume(environment, sourceMysqlName(0)));
    const [primary, ...others] = await allOrFirstError([
      SourceMySql.start(environment, { ...options, settings, volume }),
      ...Array.from({ length: followers }, async (_member, index) => {
        const name = sourceMysqlName(index + 1);
        const own = { ...settings, ...followerSettings, server_id: String(Number(first) + index + 1) };
        const data = await makeDataVolume(environment, name);
        const port = SOURCE_MYSQL_PORT + index + 1;
        return await SourceMySql.start(environment, { ...like, name, port, settings: own, volume: data });
      }),
    ]);
    await Promise.all(
      others.map(async (mysql) => {
        // No binary log contains what was loaded before.
        await (loaded === undefined ? follow : rebuild)(mysql, primary).catch((error: unknown) => {
          throw notFollowing(mysql, error);
        });
      }),
    );
    return new SourceShard([{ mysql: primary }, ...others.map((mysql) => ({ mysql }))], startTablet);
  }

  get primary(): SourceMySql {
    return this.#primary.mysql;
  }

  get followers(): readonly SourceMySql[] {
    return this.#others.map(({ mysql }) => mysql);
  }

  /** Returns the tablets, the primary's first; each is started once. */
  async tablets(): Promise<readonly [UnmanagedTablet, ...UnmanagedTablet[]]> {
    const [first, ...others] = [this.#primary, ...this.#others].map((member) => this.#tabletOf(member));
    return await allOrFirstError([first!, ...others]);
  }

  /** Every MySQL with its tablet, in the order of the tablets' UIDs, no matter which is the primary. */
  get members(): readonly Readonly<Member>[] {
    return this.#members;
  }

  /** Records that another MySQL is the primary from now on. */
  promote(mysql: SourceMySql): void {
    this.#primary = this.#memberOf(mysql);
  }

  get #others(): readonly Member[] {
    return this.#members.filter((member) => member !== this.#primary);
  }

  async #tabletOf(member: Member): Promise<UnmanagedTablet> {
    member.tablet ??= this.#startTablet(member.mysql, this.#members.indexOf(member));
    return await member.tablet;
  }

  #memberOf(mysql: SourceMySql): Member {
    const member = this.#members.find((each) => each.mysql === mysql);
    if (member !== undefined) return member;
    throw usage({ what: 'That MySQL does not belong to the source.', seen: mysql.server.name });
  }
}

/** Replaces everything in a MySQL with what the primary has, and makes it follow the primary. */
export async function rebuild(mysql: SourceMySql, primary: SourceMySql): Promise<void> {
  using mysqld = await mysql.process.arm();
  await mysqld.endBy(async () => await cloneFrom(mysql, primary));
  await mysqld.start();
  await follow(mysql, primary);
}

function notFollowing({ server }: SourceMySql, error: unknown) {
  return trouble({
    what: 'A follower of the source does not replicate.',
    expected: 'gtid_mode = ON, log_bin and enforce_gtid_consistency on the source and on its followers',
    seen: messageOf(error),
    where: server.name,
    next: 'Rehearse once without cluster.source.followers; preflight then judges the source’s own settings.',
    cause: error,
  });
}
