import { INVARIANT_IDS } from '../history/invariants.ts';

/**
 * The words that a text may keep when it leaves the machine, which are those of this program's own messages. Every
 * other word, and every number, may be a value, a host or an account.
 */
const WORDS = `
  a account acknowledged acquired adopt again all an and any apart applied are around as at auto_increment balance be
  because been before began begins behind belong belongs below both broke broken by cancel cannot catch charset check
  checker checkers checks checksum checksums clients collation column columns compare compared complete connect connected
  connection connections constraint constraints copied copy counted create cutover data delete deleted denied did differ
  different differs does down drops duplicate during end ended engine ends engines equal error errors etcd event every
  executed expected extra fail failed final find finding findings fires first follow followed foreign forward found from
  go gone gtid had has have held history host index innodb insert inserted into invariant is it its json judged keep key
  keys keyspace known lag last left limit line lines load loaded log logs longest lost machine matched may mean measured
  member mended migration mismatched missed missing more move moved moves mysql names need needs never no nobody none not
  nothing null number of off on once one only operation operations or out over overwritten pass passed phase plan planned
  position preflight primary privilege probe procedure process provision read readable reads refused replica replicas
  required rest reverse row rows rule rules run runs same schema seconds secondary see seen sent server servers set shard
  sharded side sides single source sql standby start started state statement statements step steps stood stop stopped
  stream streams switch switched switches system table tables tablet tablets take taken target than that the them then
  there they this time times to too total traffic transaction transactions trigger triggers unique unit unknown until
  update updated use used user value values vdiff vdiffs verdict version view views vitess vreplication vschema vtctld
  vtgate vttablet was were what when where which while who whole with within without workflow workload would write writer
  writes written yet zone
`;
const KNOWN: ReadonlySet<string> = new Set([...WORDS.split(/\s+/).filter((word) => word !== ''), ...INVARIANT_IDS]);

/**
 * Returns the text with `…` in place of every word that is not one of ours.
 *
 * @param names the names that may stay, such as those of tables, and their replacements.
 */
export function safeWords(text: string, names: ReadonlyMap<string, string>): string {
  const parts = text.match(/[\p{L}\p{N}\p{M}_$.@-]+|[^\p{L}\p{N}\p{M}_$.@-]+/gu) ?? [];
  return parts
    .map((part) => {
      if (!/^[\p{L}\p{N}\p{M}_$.@-]/u.test(part)) return part.replaceAll(/[^\s,:;()]/gu, ' ');
      const [, word = '', dot = ''] = /^(.*?)(\.?)$/u.exec(part) ?? [];
      const name = names.get(word);
      if (name !== undefined) return name + dot;
      return KNOWN.has(word.toLowerCase()) ? word + dot : '…';
    })
    .join('')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/…(?:[ ,:;]*…)+/g, '…')
    .trim();
}
