import type { Column } from '../../schema/columns.ts';
import type { Table } from '../../schema/database.ts';
import type { Rule } from '../rule.ts';
import { tableRule } from './tables.ts';

/** Character sets in which a member has the same bytes as in utf8mb4, or none beyond ASCII. */
const AS_IN_UTF8 = new Set(['utf8mb4', 'utf8mb3', 'utf8', 'ascii', 'binary']);
/** Character sets that have characters beyond the basic plane of Unicode. */
const BEYOND_BASIC_PLANE = new Set(['utf8mb4', 'utf16', 'utf16le', 'utf32', 'gb18030']);
/** Character sets in which MySQL puts zeros before a single byte, so that it stays the same ASCII character. */
const PADDED = new Set(['utf16', 'ucs2', 'utf32']);
/** The most members that a SET can have (MySQL manual, “The SET Type”). */
const MOST_MEMBERS = 64;
const NOT_ASCII = /[^\u0020-\u007e]/;

/** Rules about the members of ENUM and SET; docs/fidelity.md says what happens to each. */
export const MEMBER_RULES: readonly Rule[] = [
  tableRule({
    id: 'members-not-unicode',
    severity: 'blocker',
    title: 'members of ENUM or SET that are not UTF-8',
    why: 'The binary log has the number of a member, and Vitess makes its text of the table’s definition, in UTF-8. Where the column has another character set, the text does not match any member beyond ASCII, nor, in utf16, utf16le, ucs2 and utf32, most within it: each such value that is inserted or changed while the stream runs arrives as the empty value, in either direction, without an error. In a primary key, updates and deletes of the row are lost too. The copy is right, and VDiff sees it (vstreamer/vstreamer.go, buildEnumStringValue; tried with latin1 and these four). See docs/fidelity.md, enum-latin1 and enum-utf16.',
    see: (table) => {
      const columns = membersOf(table, isLostByStream);
      if (columns.length === 0) return null;
      const mend = 'Convert these columns to CHARACTER SET utf8mb4 before the copy.';
      return { what: namesOf(columns, ({ characterSet }) => `${characterSet}`), mend };
    },
  }),
  tableRule({
    id: 'set-full',
    severity: 'blocker',
    title: 'a SET with 64 members',
    why: 'A value that has the last of 64 members arrives without that member, if it is inserted or changed while the stream runs, in either direction, without an error. In a primary key, updates and deletes of the row are lost too. The copy is right, and VDiff sees it (vstreamer/vstreamer.go, buildSetStringValue; tried; vitessio/vitess#20449, mended in 24.0.3, and seen mended in 24.0.4: docs/matrix.md). See docs/fidelity.md, set-64.',
    see: (table) => {
      const columns = membersOf(table, ({ type, members }) => type === 'set' && members.length === MOST_MEMBERS);
      if (columns.length === 0) return null;
      return {
        what: namesOf(columns, ({ members }) => `${members.length} members`),
        mend: 'Have the application use no value with the last member, or keep this table out of the migration.',
      };
    },
  }),
  tableRule({
    id: 'member-question-mark',
    severity: 'warning',
    title: 'a member of ENUM or SET that may be an emoji',
    why: 'MySQL’s own SHOW CREATE TABLE shows a member beyond the basic plane of Unicode, such as an emoji, as a question mark, and MoveTables creates the table from that text. On the target the member is a question mark, and the copy, which finds no such member there, loses the value: it arrives as the empty one (workflow/materializer.go, deploySchema; tried with MySQL 9.7). See docs/fidelity.md, enum-emoji.',
    see: (table) => {
      const columns = membersOf(table, ({ characterSet, members }) => {
        return BEYOND_BASIC_PLANE.has(characterSet ?? '') && members.some((member) => member.includes('?'));
      });
      if (columns.length === 0) return null;
      const mend =
        'Look at the values themselves. If a member is no question mark, give it another name before the copy.';
      return { what: namesOf(columns, ({ members }) => members.filter((each) => each.includes('?')).join(', ')), mend };
    },
  }),
];

/** Whether a value can have a text whose UTF-8 bytes mean something else in the column's character set. */
function isLostByStream({ type, characterSet, members }: Column): boolean {
  const set = characterSet ?? 'binary';
  if (AS_IN_UTF8.has(set)) return false;
  if (members.some((member) => NOT_ASCII.test(member))) return true;
  if (set === 'utf16le') return members.some((member) => member !== '');
  // Several members of a SET have a comma between them.
  const isLonger = members.some(({ length }) => length > 1) || (type === 'set' && members.length > 1);
  return PADDED.has(set) && isLonger;
}

/** Returns the columns with members that are stored as they are written. */
function membersOf({ columns }: Table, isMeant: (column: Column) => boolean): readonly Column[] {
  return columns
    .filter(({ type, generated }) => (type === 'enum' || type === 'set') && generated === null)
    .filter(isMeant);
}

function namesOf(columns: readonly Column[], more: (column: Column) => string): string {
  return columns.map((column) => `${column.name} (${more(column)})`).join(', ');
}
