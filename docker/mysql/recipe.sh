#!/bin/sh
# Installs MySQL from Debian's packages on the base image. The image runs as the user mysql.
set -eu

useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin mysql
apt-get update
apt-get install -y --no-install-recommends mysql-server-core mysql-client-core
# The first folder is the compiled-in secure_file_priv. Debian's mysqld refuses to start without it.
mkdir -p /var/lib/mysql-files /run/mysqld
chown mysql: /var/lib/mysql-files /run/mysqld
mysqld --version
