#!/bin/sh
# Writes a minimal Debian sid as a tar archive: mmdebstrap.sh TARGET MIRROR APT_CONF
#
# It is sid because no other suite has packages of MySQL 9.7, etcd 3.5 and Go 1.26. The mirror may be a frozen snapshot,
# whose release file has expired, so the check of its age is off. Its signature is still checked.
set -eu

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
set -- "$1" "$2" --variant=minbase --include=ca-certificates \
  --aptopt="$3" --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' \
  --customize-hook='rm -f "$1/etc/apt/apt.conf.d/99mmdebstrap"' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*'
target=$1 mirror=$2
shift 2
if [ -e "$keyring" ]; then set -- "$@" --keyring="$keyring"; fi
exec mmdebstrap "$@" sid "$target" "$mirror"
