/** A side of the migration: the MySQL that is migrated, or the Vitess keyspace that it is migrated to. */
export type Side = 'source' | 'target';
