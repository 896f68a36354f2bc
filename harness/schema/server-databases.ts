/** The databases that belong to every server itself. */
export const SERVER_DATABASES: readonly string[] = ['mysql', 'sys', 'performance_schema', 'information_schema'];

export function isOfServer(database: string): boolean {
  return SERVER_DATABASES.includes(database.toLowerCase());
}
