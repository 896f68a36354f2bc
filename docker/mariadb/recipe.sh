#!/bin/sh
# Installs MariaDB and its mariadb-dump from Debian's packages on the base image. The image runs as the user mysql.
set -eu

useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin mysql
apt-get update
# Not the whole mariadb-server: its scripts would start a server, which nobody needs here.
apt-get install -y --no-install-recommends mariadb-server-core mariadb-client-core mariadb-client
mkdir -p /run/mysqld
chown mysql: /run/mysqld
mariadbd --version
mariadb-dump --version
