#!/bin/sh
# Compiles the programs that go.mod's tool lines name, into /cache/bin/$BIN_DIR.
#
# Runs in a container of the builder image, with the Go caches in the volume /cache. Prints
# "progress DONE TOTAL" lines as packages are compiled; everything else goes to the build's log.
set -eu

cd /build
export GOCACHE=/cache/go-build GOMODCACHE=/cache/go-mod GOBIN=/cache/bin/.partial-$BIN_DIR
export CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS='-trimpath -buildvcs=false -mod=readonly'

echo "downloading modules"
go mod download
total=$(go list -deps tool | wc -l)
echo "progress 0 $total"

rm -rf "$GOBIN"
# -v names each package when it is compiled; with a warm cache nothing is named and nothing is slow.
# The exit status travels through a file because a pipe in plain sh only keeps the last one's.
{ go install -v -ldflags='-s -w' tool 2>&1 || echo failed >/tmp/failed; } |
  awk -v total="$total" '/^[[:alnum:]_.\/~-]+$/ { n++; print "progress", n, total; fflush(); next } { print; fflush() }'
[ ! -e /tmp/failed ]

rm -rf "/cache/bin/$BIN_DIR"
mv "$GOBIN" "/cache/bin/$BIN_DIR"
