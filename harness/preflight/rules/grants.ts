import { quoteName } from '../../schema/quote.ts';
import { accountAsSql, holds, type AccountGrants, type VttabletRole } from '../grants.ts';
import type { Context, Rule, RuleViolation } from '../rule.ts';

/** What vttablet's connections need on the source, in the words of GRANT. */
interface Need {
  readonly privilege: string;
  readonly on: 'everything' | 'the database' | 'the sidecar';
  readonly roles: readonly VttabletRole[];
  readonly severity?: 'warning';
  readonly why: string;
}

const SIDECAR_WHY =
  'vttablet creates and maintains tables in its sidecar database, which is _vt unless the keyspace names another. If it cannot do so on a MySQL that it does not manage, it logs that and goes on (go/vt/sidecardb/sidecardb.go; tabletserver/schema/engine.go).';
const REVERSE_WHY = 'The reverse stream writes every change of the target to the source (vreplication/vplayer.go).';
const DROP_WHY =
  'MoveTables complete drops or renames the source’s tables, unless it is told to keep them (workflow/traffic_switcher.go, removeSourceTables).';

const NEEDS: readonly Need[] = [
  {
    privilege: 'SELECT',
    on: 'the database',
    roles: ['app', 'dba', 'filtered'],
    why: 'Applications, the copy and VDiff all read the tables (vstreamer/rowstreamer.go).',
  },
  { privilege: 'INSERT', on: 'the database', roles: ['app', 'filtered'], why: REVERSE_WHY },
  { privilege: 'UPDATE', on: 'the database', roles: ['app', 'filtered'], why: REVERSE_WHY },
  { privilege: 'DELETE', on: 'the database', roles: ['app', 'filtered'], why: REVERSE_WHY },
  {
    privilege: 'LOCK TABLES',
    on: 'the database',
    roles: ['dba', 'filtered'],
    why: 'The copy locks each table when its snapshot begins, and SwitchWrites locks the tables that move (vstreamer/snapshot_conn.go, startSnapshot; workflow/traffic_switcher.go, executeLockTablesOnSource).',
  },
  { privilege: 'ALTER', on: 'the database', roles: ['dba'], severity: 'warning', why: DROP_WHY },
  { privilege: 'DROP', on: 'the database', roles: ['dba'], severity: 'warning', why: DROP_WHY },
  {
    privilege: 'REPLICATION SLAVE',
    on: 'everything',
    roles: ['filtered'],
    why: 'vttablet needs it to ask for the binary log (go/vt/binlog/binlog_connection.go).',
  },
  {
    privilege: 'REPLICATION CLIENT',
    on: 'everything',
    roles: ['dba', 'filtered'],
    why: 'vttablet asks for the state of replication and for the list of binary logs (go/vt/mysqlctl/replication.go; vstreamer/engine.go).',
  },
  {
    privilege: 'PROCESS',
    on: 'everything',
    roles: ['dba'],
    severity: 'warning',
    why: 'When vttablet reloads the schema, it reads the sizes of tables from information_schema.innodb_tablespaces (go/mysql/flavor_mysql.go, InnoDBTableSizes).',
  },
  {
    privilege: 'RELOAD',
    on: 'everything',
    roles: ['dba', 'filtered'],
    severity: 'warning',
    why: 'Before a copy begins, it rotates a large binary log with FLUSH. An atomic copy locks with FLUSH TABLES WITH READ LOCK (vstreamer/snapshot_conn.go).',
  },
  ...['SELECT', 'INSERT', 'UPDATE', 'DELETE'].map((privilege): Need => ({
    privilege,
    on: 'the sidecar',
    roles: ['dba', 'filtered'],
    why: SIDECAR_WHY,
  })),
  ...['CREATE', 'ALTER', 'DROP', 'INDEX'].map((privilege): Need => ({
    privilege,
    on: 'the sidecar',
    roles: ['dba'],
    why: SIDECAR_WHY,
  })),
];

/** There is a rule for each privilege, so that each can be accepted by its id. */
export const GRANT_RULES: readonly Rule[] = NEEDS.map((need) => ({
  id: idOf(need),
  severity: need.severity ?? 'blocker',
  title: `an account of Vitess has no ${need.privilege}${need.on === 'the sidecar' ? ' on the sidecar database' : ''}`,
  why: need.why,
  judge: (context) =>
    context.source.accounts
      .filter((account) => account.roles.some((role) => need.roles.includes(role)))
      .flatMap((account) => lacking(need, account, context)),
}));

function lacking(
  need: Need,
  { account, roles, grants }: AccountGrants,
  { source, tables, sidecar }: Context,
): readonly RuleViolation[] {
  const database = { everything: null, 'the database': source.database.name, 'the sidecar': sidecar }[need.on];
  const suffices = need.on === 'the database' && need.privilege !== 'LOCK TABLES' ? tables : [];
  if (holds(grants, need.privilege, database, suffices)) return [];
  const level = database === null ? '*.*' : `${quoteName(database)}.*`;
  return [
    {
      what: `${account}, for ${roles.filter((role) => need.roles.includes(role)).join(', ')}, has no ${need.privilege} on ${level}`,
      mend: `GRANT ${need.privilege} ON ${level} TO ${accountAsSql(account)}`,
    },
  ];
}

function idOf({ privilege, on }: Need): string {
  const words = privilege.toLowerCase().replaceAll(/[ _]/g, '-');
  return on === 'the sidecar' ? `grant-sidecar-${words}` : `grant-${words}`;
}
