import { quoteName } from '../schema/quote.ts';
import type { Read } from '../schema/read.ts';

/** Something in a MariaDB that MySQL or Vitess does not accept; each was tried, see docs/mariadb.md. */
export interface MariaDbOnly {
  readonly what: string;
  readonly mend: string;
}

/** Reads what a MariaDB's tables have that a stream loses or stops at, or that MoveTables does not find. */
export async function readMariaDbOnly(read: Read): Promise<readonly MariaDbOnly[]> {
  return [...(await readKinds(read)), ...(await readCollations(read)), ...(await readColumns(read))];
}

async function readKinds(read: Read): Promise<readonly MariaDbOnly[]> {
  const rows = await read(
    `SELECT table_name AS name, table_type AS type FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_type IN ('SEQUENCE', 'SYSTEM VERSIONED') ORDER BY name`,
  );
  return rows.map(({ name, type }) =>
    type === 'SEQUENCE'
      ? { what: `${name} is a sequence, which is not moved`, mend: 'Use AUTO_INCREMENT in its place.' }
      : {
          what: `${name} has SYSTEM VERSIONING, and MoveTables does not find it`,
          mend: `ALTER TABLE ${quoteName(name ?? '')} DROP SYSTEM VERSIONING, which removes the history of its rows`,
        },
  );
}

async function readCollations(read: Read): Promise<readonly MariaDbOnly[]> {
  const rows = await read(
    `SELECT table_name AS name, GROUP_CONCAT(DISTINCT collation_name) AS collations FROM information_schema.columns
     WHERE table_schema = DATABASE() AND collation_name LIKE '%uca1400%' GROUP BY table_name ORDER BY name`,
  );
  return rows.map(({ name, collations }) => ({
    what: `${name} has the collation ${collations}, which MySQL does not have`,
    mend: 'Create the table on the target before MoveTables, with a collation of MySQL such as utf8mb4_0900_ai_ci.',
  }));
}

/** A COMPRESSED column in any database stops every stream, because Vitess reads all table descriptions in the log. */
async function readColumns(read: Read): Promise<readonly MariaDbOnly[]> {
  const rows = await read(
    `SELECT table_schema AS ofDatabase, table_name AS name, column_name AS col,
       data_type AS type, column_type LIKE '%!100301 COMPRESSED%' AS isCompressed FROM information_schema.columns
     WHERE column_type LIKE '%!100301 COMPRESSED%' OR (table_schema = DATABASE() AND data_type IN ('uuid', 'inet4', 'inet6'))
     ORDER BY ofDatabase, name, col`,
  );
  return rows.map(({ ofDatabase, name, col, type, isCompressed }) =>
    isCompressed === '1'
      ? {
          what: `${ofDatabase}.${name}.${col} is COMPRESSED, at which every stream stops`,
          mend: `ALTER TABLE ${quoteName(ofDatabase!)}.${quoteName(name!)} MODIFY ${quoteName(col!)} without COMPRESSED`,
        }
      : {
          what: `${name}.${col} has the type ${type}: a stream writes the first bytes of a value in place of its text`,
          mend: 'Change the column to CHAR or VARCHAR before the copy begins.',
        },
  );
}
