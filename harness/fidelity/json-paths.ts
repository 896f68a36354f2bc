/** Returns the paths of all parts of a document in MySQL's form, such as `$`, `$."a"` and `$."a"[0]`. */
export function pathsIn(document: string): string[] {
  return below('$', JSON.parse(document));
}

function below(path: string, value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  const parts = Array.isArray(value)
    ? value.flatMap((part: unknown, at) => below(`${path}[${at}]`, part))
    : Object.entries(value).flatMap(([key, part]) => below(`${path}.${JSON.stringify(key)}`, part));
  return [path, ...parts];
}
