import { z } from 'zod';

/** A line of a Vitess server's log. */
export interface LogLine {
  readonly atMs: number;
  readonly message: string;
}

const STRUCTURED = z.object({ time: z.iso.datetime({ offset: true }), msg: z.string() });

/** Severity, month and day, time of day, process, place, message; without the year. */
const PLAIN = /^[IWEF](\d\d)(\d\d) (\d\d:\d\d:\d\d\.\d{3})\d*\s+\d+ [^\]]+\] (.*)$/;

/** How far apart the clocks of two machines may be. */
const CLOCKS_MS = 86_400_000;

/**
 * Reads a line as Vitess logs it: JSON from 24 on (`--log-structured`, go/vt/log/flags.go), and before that the text of
 * glog, in UTC, which our containers use. @returns null for anything else.
 *
 * @param nowMs a time when the line had already been written.
 */
export function readLogLine(line: string, nowMs = Date.now()): LogLine | null {
  return line.startsWith('{') ? readStructured(line) : readPlain(line, nowMs);
}

function readStructured(line: string): LogLine | null {
  try {
    const { data } = STRUCTURED.safeParse(JSON.parse(line));
    return data === undefined ? null : { atMs: Date.parse(data.time), message: data.msg };
  } catch {
    return null;
  }
}

function readPlain(line: string, nowMs: number): LogLine | null {
  const [, month, day, time, message] = PLAIN.exec(line) ?? [];
  if (message === undefined) return null;
  const inYear = (year: number) => Date.parse(`${year}-${month}-${day}T${time}Z`);
  const year = new Date(nowMs).getUTCFullYear();
  // A line of New Year's Eve is read in the new year.
  const isOfThisYear = inYear(year) <= nowMs + CLOCKS_MS;
  return { atMs: inYear(isOfThisYear ? year : year - 1), message };
}
