#!/bin/sh
# Compiles the programs that go.mod's tool lines name, into /cache/bin/$BIN_DIR.
#
# Runs in a container of the builder image, with the Go caches in the volume /cache. Prints "total N" once the
# number of packages is known, and then a line for each package that is compiled.
set -eu

cd /build
export GOCACHE=/cache/go-build GOMODCACHE=/cache/go-mod GOBIN=/cache/bin/.partial-$BIN_DIR
export CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS='-trimpath -buildvcs=false -mod=readonly'

echo "downloading modules"
go mod download
echo "total $(go list -deps tool | wc -l)"

# -v names each package when it is compiled; with a warm cache nothing is named and nothing is slow.
rm -rf "$GOBIN"
go install -v -ldflags='-s -w' tool

rm -rf "/cache/bin/$BIN_DIR"
mv "$GOBIN" "/cache/bin/$BIN_DIR"
