/** A tablet's alias in answers and requests. */
export interface TabletAlias {
  readonly cell: string;
  readonly uid: number;
}

/** For example `zone1-100`. */
export function aliasText({ cell, uid }: TabletAlias): string {
  return `${cell}-${uid}`;
}

/** Parses `zone1-0000000100` and `zone1-100` alike; the name of a cell may contain dashes. */
export function aliasOf(text: string): TabletAlias {
  const dash = text.lastIndexOf('-');
  return { cell: text.slice(0, dash), uid: Number(text.slice(dash + 1)) };
}

/** Parses `commerce/0`. */
export function shardOf(text: string): { readonly keyspace: string; readonly shard: string } {
  const [keyspace = '', shard = ''] = text.split('/');
  return { keyspace, shard };
}

/** A `vttime.Duration`. */
export function duration(ms: number): { readonly seconds: string; readonly nanos: number } {
  return { seconds: String(Math.floor(ms / 1000)), nanos: (ms % 1000) * 1_000_000 };
}
