import { escape } from 'mysql2/promise';
import { quoteName } from '../schema/quote.ts';

/** The text format in which a file has the rows of a table (MySQL manual, “LOAD DATA Statement”). */
export interface RowFormat {
  readonly table: string;
  /** The columns in the order of the fields. */
  readonly columns: readonly {
    readonly name: string;
    /** The function that turns the text into the value, such as `FROM_BASE64`. */
    readonly decode: string | null;
  }[];
  readonly characterSet: string;
  readonly fields: {
    readonly terminatedBy: string;
    readonly enclosedBy: string;
    readonly isOptionallyEnclosed: boolean;
    readonly escapedBy: string;
  };
  readonly linesTerminatedBy: string;
}

/** Returns the statement that makes MySQL's client send the rows of its standard input to the server. */
export function loadData({ table, columns, characterSet, fields, linesTerminatedBy }: RowFormat): string {
  const enclosed = `${fields.isOptionallyEnclosed ? 'OPTIONALLY ' : ''}ENCLOSED BY ${escape(fields.enclosedBy)}`;
  const targets = columns.map(({ name, decode }, at) => (decode === null ? quoteName(name) : `@field${at}`));
  const decoded = columns.flatMap(({ name, decode }, at) =>
    decode === null ? [] : [`${quoteName(name)} = ${decode}(@field${at})`],
  );
  return [
    `LOAD DATA LOCAL INFILE '/dev/stdin' INTO TABLE ${quoteName(table)} CHARACTER SET ${characterSet}`,
    `FIELDS TERMINATED BY ${escape(fields.terminatedBy)} ${enclosed} ESCAPED BY ${escape(fields.escapedBy)}`,
    `LINES TERMINATED BY ${escape(linesTerminatedBy)} (${targets.join(', ')})`,
    ...(decoded.length === 0 ? [] : [`SET ${decoded.join(', ')}`]),
  ].join(' ');
}
