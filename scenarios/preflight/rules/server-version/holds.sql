-- instead of its version: 8.4.6
SELECT VERSION();
