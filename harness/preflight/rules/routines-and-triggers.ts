import { quoteName } from '../../schema/quote.ts';
import { names } from '../names-in-sql.ts';
import type { Context, LeftOut, Rule, RuleViolation } from '../rule.ts';
import { isOn, variable } from '../variables.ts';

const NOT_MOVED = 'MoveTables only moves tables (workflow/server.go, moveTablesCreate)';

export const ROUTINE_AND_TRIGGER_RULES: readonly Rule[] = [
  {
    id: 'trigger',
    severity: 'blocker',
    title: 'a table that moves has a trigger',
    why: `${NOT_MOVED}. Once writes are switched, what the trigger would write is missing. On the source, it fires again for every row that the reverse stream writes there (vreplication/vplayer.go).`,
    judge: (context) =>
      context.source.database.triggers
        .filter(({ table }) => context.tables.includes(table))
        .map((trigger) => ({
          what: `${trigger.name}, ${trigger.when}${leftOut(context, 'triggers')}`,
          mend: `Have the application do what the trigger does, then DROP TRIGGER ${quoteName(trigger.name)}`,
          table: trigger.table,
          ...severityOf(context, 'triggers'),
        })),
  },
  {
    id: 'trigger-writes-moved-table',
    severity: 'warning',
    title: 'a trigger of a table that stays names one that moves',
    why: 'SwitchWrites stops writes in vttablet, not in MySQL (workflow/traffic_switcher.go, switchDeniedTables). Whatever the trigger writes to the source afterwards is lost.',
    judge: (context) =>
      context.source.database.triggers
        .filter(({ table }) => !context.tables.includes(table))
        .flatMap((trigger) => {
          const named = context.tables.filter((table) => names(trigger.body, table));
          if (named.length === 0) return [];
          const what = `${trigger.name} of ${trigger.table}, ${trigger.when}, names ${named.join(', ')}`;
          return [{ what: `${what}${leftOut(context, 'triggers')}`, mend: `DROP TRIGGER ${quoteName(trigger.name)}` }];
        }),
  },
  {
    id: 'view',
    severity: 'warning',
    title: 'a view is not moved',
    why: `${NOT_MOVED}. The view stays on the source, where it shows what the reverse stream brings. If somebody creates it on the target, vtgate does not route to it (vitessio/vitess#19131). A write through an updatable view names the view, not the table that SwitchWrites denies.`,
    judge: (context) =>
      context.source.database.views.map(({ name, isUpdatable }) => ({
        what: `${name}${isUpdatable ? ', which is updatable' : ''}${leftOut(context, 'views')}`,
        mend: 'Have the application name the tables, or create the view on the target once the workflow is complete.',
      })),
  },
  {
    id: 'routine',
    severity: 'warning',
    title: 'a stored routine is not moved',
    why: `${NOT_MOVED}. The routine stays on the source, where SwitchWrites does not stop its writes.`,
    judge: (context) =>
      context.source.database.routines.map(({ name, type }) => ({
        what: `${type} ${name}${leftOut(context, 'routines')}`,
        mend: 'Have the application do what the routine does.',
      })),
  },
  {
    id: 'event',
    severity: 'warning',
    title: 'a scheduled event is not moved',
    why: `${NOT_MOVED}. The event keeps running on the source. What it writes to a table that has moved is lost, because SwitchWrites stops writes only in vttablet.`,
    judge: (context) => context.source.database.events.map((event) => eventSeen(context, event)),
  },
];

function eventSeen(context: Context, { name, isEnabled }: { name: string; isEnabled: boolean }): RuleViolation {
  const runs = isEnabled && isOn(variable(context.source.variables, 'event_scheduler'));
  return {
    what: `${name}${runs ? '' : ', which does not run'}${leftOut(context, 'events')}`,
    mend: `Run it elsewhere, through vtgate${runs ? `; before the switch: ALTER EVENT ${quoteName(name)} DISABLE` : ', if it is still wanted'}`,
    ...(runs ? {} : { severity: 'note' as const }),
  };
}

/** Lowers the severity of a blocker for a rehearsal that leaves out the objects in question. */
function severityOf(context: Context, kind: LeftOut): { severity?: 'warning' } {
  return context.leftOut.includes(kind) ? { severity: 'warning' } : {};
}

function leftOut(context: Context, kind: LeftOut): string {
  return context.leftOut.includes(kind) ? '; the rehearsal leaves it out, so production has to do without it too' : '';
}
