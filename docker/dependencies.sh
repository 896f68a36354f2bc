#!/bin/sh
# Installs this project's npm packages when package-lock.json has changed since the last time, then runs a command.
#
#   dependencies.sh COMMAND [ARGUMENT ...]
#
# Plain sh, as nothing of the project can run before: the machine's own Node may be too old for it. The Node that the
# project runs on is one of the packages, and npm puts node_modules/.bin first in PATH.
set -eu

cd "$(dirname "$0")/.."
stamp=node_modules/.vitess-roundtrip-lock
if ! cmp -s package-lock.json "$stamp"; then
  echo 'installing npm packages (about half a minute, once)' >&2
  # The warnings left out are about the machine's own Node, which npm ci itself runs on.
  if ! npm ci --loglevel=error --no-audit --no-fund >&2; then
    echo 'npm ci failed: look at its last lines above. npm must reach its registry (npm config get registry).' >&2
    exit 2
  fi
  cp package-lock.json "$stamp"
fi
PATH="$PWD/node_modules/.bin:$PATH" exec "$@"
