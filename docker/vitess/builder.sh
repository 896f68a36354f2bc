#!/bin/sh
# Makes the image in which Vitess is compiled: the base and a Go toolchain. It has no C compiler, because nothing here
# needs cgo.
set -eu

apt-get update
# Vitess 23 and 24 were tried with Go 1.26. A Debian that no longer has it uses its default Go.
if [ -n "$(apt-cache madison golang-1.26-go)" ]; then
  apt-get install -y --no-install-recommends golang-1.26-go ca-certificates
  ln -s /usr/lib/go-1.26/bin/go /usr/local/bin/go
else
  apt-get install -y --no-install-recommends golang-go ca-certificates
fi
go version
