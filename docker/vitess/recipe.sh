#!/bin/sh
# Vitess' programs beside the MySQL that mysqlctl manages, on the MySQL image. Runs as the user vitess.
set -eu

useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin vitess
install -m 755 "/cache/bin/$BIN_DIR"/* /usr/local/bin/
# Without it mysqlctl starts mysqld itself. The script takes 2 s of forks before it does, and 8 s where four start at once.
rm /usr/bin/mysqld_safe
chown vitess: /var/lib/mysql-files /run/mysqld
vttablet --version
