#!/bin/sh
# Adds a version of Vitess: pins what is compiled for it, in a folder of its own beside this script.
#
#   sh docker/vitess/add.sh v0.24.4     the version of the Go module; v0.24.4 is Vitess 24.0.4
#
# It needs Go of the builder's version, and what it writes depends on the version alone. `go install pkg@version` is not
# used, because it asks for the list of versions, which not every proxy provides.
set -eu

version=${1:?'Give the version of the Go module, such as v0.24.4.'}
if ! echo "$version" | grep -Eqx 'v0\.[0-9]+\.[0-9]+'; then
  echo "add.sh: expected a release of the Go module, such as v0.24.4; seen: $version" >&2
  exit 64
fi
folder=$(cd "$(dirname "$0")" && pwd)/$version
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

cd "$made"
go mod init vitess-roundtrip/docker/vitess
go get -tool "vitess.io/vitess/go/cmd/mysqlctl@$version" "vitess.io/vitess/go/cmd/vtctld@$version" \
  "vitess.io/vitess/go/cmd/vtctldclient@$version" "vitess.io/vitess/go/cmd/vtgate@$version" \
  "vitess.io/vitess/go/cmd/vttablet@$version"
go mod tidy
# Vitess' own go line, not that of the Go that happens to be here.
go mod edit -go="$(go list -m -f '{{.GoVersion}}' vitess.io/vitess)"
mkdir -p "$folder"
cp go.mod go.sum "$folder/"
echo "$folder"
