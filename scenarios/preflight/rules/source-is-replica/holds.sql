-- It was a replica.
CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'nowhere.invalid';
RESET REPLICA ALL;
