#!/bin/sh
# Installs etcd and etcdctl, which an operator needs after a bad night, from Debian's packages on the base image. The image runs as the user etcd.
set -eu

apt-get update
apt-get install -y --no-install-recommends etcd-server etcd-client
id etcd >/dev/null 2>&1 || useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin etcd
etcd --version
