/** Lets values be written with backslashes, whatever the server's own mode is. */
export const WITH_BACKSLASHES = "SET SESSION sql_mode = REPLACE(@@SESSION.sql_mode, 'NO_BACKSLASH_ESCAPES', '')";
