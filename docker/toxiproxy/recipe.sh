#!/bin/sh
# Puts Toxiproxy's server on the base image, under the name that its own packages give it. The image runs as nobody.
set -eu

install -m 755 "/cache/bin/$BIN_DIR/server" /usr/local/bin/toxiproxy-server
toxiproxy-server -version
