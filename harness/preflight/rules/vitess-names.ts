/** Names by which Vitess knows internal tables (go/vt/schema/name.go, tablegc.go, online_ddl.go). */
const INTERNAL = [
  /^_vt_[a-zA-Z0-9]{3}_[0-f]{32}_\d{14}_$/,
  /^_[0-f]{8}_[0-f]{4}_[0-f]{4}_[0-f]{4}_[0-f]{12}_\d{14}_(?:gho|ghc|del|new|vrepl)$/,
  /^_.*_old$/,
];

export function isInternalName(name: string): boolean {
  return INTERNAL.some((pattern) => pattern.test(name));
}
