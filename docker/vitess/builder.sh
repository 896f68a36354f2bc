#!/bin/sh
# The image Vitess is compiled in: the base and a Go toolchain. No C compiler, as nothing here needs cgo.
set -eu

apt-get update
# Vitess 23 and 24 are tried with Go 1.26; a Debian that no longer has it gets its default Go.
if [ -n "$(apt-cache madison golang-1.26-go)" ]; then
  apt-get install -y --no-install-recommends golang-1.26-go ca-certificates
  ln -s /usr/lib/go-1.26/bin/go /usr/local/bin/go
else
  apt-get install -y --no-install-recommends golang-go ca-certificates
fi
go version
