#!/bin/sh
# Compiles the programs that go.mod's tool lines name, into /cache/bin/$BIN_DIR.
#
# It runs in a container of the builder image, with the Go caches in the volume /cache. It prints "total N" once it
# knows the number of packages, and then a line for each package that it compiles.
set -eu

cd /build
export GOCACHE=/cache/go-build GOMODCACHE=/cache/go-mod GOBIN=/cache/bin/.partial-$BIN_DIR
export CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS='-trimpath -buildvcs=false -mod=readonly'

echo "downloading modules"
go mod download
echo "total $(go list -deps tool | wc -l)"

# -v names each package as it is compiled. With a warm cache it names none, and nothing is slow.
rm -rf "$GOBIN"
go install -v -ldflags='-s -w' tool

rm -rf "/cache/bin/$BIN_DIR"
mv "$GOBIN" "/cache/bin/$BIN_DIR"
