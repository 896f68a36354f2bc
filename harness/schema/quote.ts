/** Returns a name in backquotes. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** Returns whether an expression of a schema names a column; names are quoted there, in the case in which they were written. */
export function namesColumn(expression: string, column: string): boolean {
  return expression.toLowerCase().includes(quoteName(column).toLowerCase());
}
