/** Whether SQL contains a name, in any case, quoted or not. */
export function names(sql: string, name: string): boolean {
  const words = sql.match(/`(?:[^`]|``)+`|[\p{L}\p{N}_$]+/gu) ?? [];
  const wanted = name.toLowerCase();
  return words.some((word) => {
    const bare = word.startsWith('`') ? word.slice(1, -1).replaceAll('``', '`') : word;
    return bare.toLowerCase() === wanted;
  });
}
