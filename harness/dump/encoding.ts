import { isUtf8 } from 'node:buffer';
import { codeOf, type Classified } from './classify.ts';
import type { SqlStatement } from './statements.ts';

type ClassifiedStatement = SqlStatement & Pick<Classified, 'kind' | 'name'>;

/** A column whose values are bytes, in a table's CREATE statement. */
const BINARY_COLUMN =
  /\b(?:(?:tiny|medium|long)?blob|(?:var)?binary|bit|geometry|geomcollection|(?:multi)?(?:point|linestring|polygon))\b/i;
const SETTING = /\b(?:NAMES|character_set_client\s*=)\s*['"]?(@?\w+)/i;
const BINARY_VALUE = "_binary '";
const [QUOTE, BACKSLASH] = [39, 92];

/**
 * Checks that statements are UTF-8 if they say so. mysqldump says so by default, and marks bytes with `_binary`; older
 * versions do not mark them. Problems with other character sets are left for the server to report.
 */
export class Encoding {
  /** The character set of the last SET NAMES. */
  #names = 'utf8mb4';
  /**
   * The character set of SET character_set_client, which dumps have around triggers that were made with another one;
   * null if `#names` applies.
   */
  #client: string | null = null;
  readonly #tablesWithBytes = new Set<string | null>();

  /** Returns false for a statement that is not in the character set that the dump says it is in. */
  accepts({ kind, name, bytes }: ClassifiedStatement): boolean {
    if (kind === 'setting') this.#follow(bytes);
    if (kind === 'table' && BINARY_COLUMN.test(bytes.toString('latin1'))) this.#tablesWithBytes.add(name);
    const charset = this.#client ?? this.#names;
    if (!/^(?:utf8|binary)/i.test(charset) || isUtf8(bytes)) return true;
    if (kind !== 'rows') return false;
    return (
      charset === 'binary' || isTextUtf8(bytes) || (this.#tablesWithBytes.has(name) && !bytes.includes(BINARY_VALUE))
    );
  }

  #follow(bytes: Buffer): void {
    const [text = '', value] = SETTING.exec(codeOf(bytes.toString('latin1', 0, 300))) ?? [];
    if (value === undefined) return;
    if (/^NAMES/i.test(text)) {
      this.#names = value.toLowerCase();
      this.#client = null;
      // `SET character_set_client = @saved_cs_client` restores the earlier one.
    } else this.#client = value.startsWith('@') ? null : value.toLowerCase();
  }
}

/** Whether everything except the values marked with `_binary` is UTF-8. */
function isTextUtf8(bytes: Buffer): boolean {
  let from = 0;
  for (;;) {
    const mark = bytes.indexOf(BINARY_VALUE, from);
    if (!isUtf8(bytes.subarray(from, mark < 0 ? bytes.length : mark))) return false;
    if (mark < 0) return true;
    from = endOfString(bytes, mark + BINARY_VALUE.length);
  }
}

/** Returns the position just after the quote that ends the string whose first byte is at `at`. */
function endOfString(bytes: Buffer, at: number): number {
  for (let end = at; end < bytes.length; end += 1) {
    if (bytes[end] === BACKSLASH) end += 1;
    else if (bytes[end] === QUOTE) {
      if (bytes[end + 1] !== QUOTE) return end + 1;
      end += 1;
    }
  }
  return bytes.length;
}
