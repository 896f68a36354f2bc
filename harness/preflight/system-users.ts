/** Accounts of MySQL itself. */
export const SYSTEM_USERS = ['event_scheduler', 'system user', 'mysql.session', 'mysql.sys', 'mysql.infoschema'];
