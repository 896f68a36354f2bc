#!/bin/sh
# Installs etcd from Debian's packages on the base image. The image runs as the user etcd.
set -eu

apt-get update
apt-get install -y --no-install-recommends etcd-server
id etcd >/dev/null 2>&1 || useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin etcd
etcd --version
