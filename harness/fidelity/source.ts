/**
 * The time zone of the source's machine, whose clock its MySQL follows, as it does by default; the MySQLs that Vitess
 * manages are in UTC. A fixed offset would show less: it has no hour that there is twice a year, and none that is left
 * out. It remains the zone of a session, in the case `timestamps-in-zones`. The rule is that of Central Europe, in POSIX'
 * form, which needs no tables of zones.
 */
export const SOURCE_ZONE = 'CET-1CEST,M3.5.0,M10.5.0/3';
