#!/bin/sh
# Installs this project's npm packages if package-lock.json has changed since the last time, then runs a command.
#
#   dependencies.sh COMMAND [ARGUMENT ...]
#
# This is plain sh because nothing of the project can run before it: the machine's own Node may be too old. The Node
# that the project runs on is one of the packages, and npm puts node_modules/.bin first in PATH.
set -eu

cd "$(dirname "$0")/.."
stamp=node_modules/.vitess-roundtrip-lock
if ! cmp -s package-lock.json "$stamp"; then
  echo 'installing npm packages (about half a minute, once)' >&2
  # npm ci runs on the machine's own Node. Its warnings about that Node are hidden.
  if ! npm ci --loglevel=error --no-audit --no-fund >&2; then
    echo 'npm ci failed: look at its last lines above. npm must reach its registry (npm config get registry).' >&2
    exit 2
  fi
  cp package-lock.json "$stamp"
fi
# What Node has compiled is kept, so that the next command starts with about 60 % of the CPU time.
export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$PWD/node_modules/.cache/node}"
PATH="$PWD/node_modules/.bin:$PATH" exec "$@"
