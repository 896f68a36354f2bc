#!/bin/sh
# Runs a recipe in the container that becomes the image, and removes what only the build needed.
#
# /build contains the recipe and this machine's settings: environment, apt.conf, apt-auth/ and ca.crt.
set -eu

. /build/environment
export DEBIAN_FRONTEND=noninteractive
if [ -d /etc/apt ]; then
  cp /build/apt.conf /etc/apt/apt.conf.d/00build-host
  [ ! -d /build/apt-auth ] || cp /build/apt-auth/* /etc/apt/auth.conf.d/
fi

sh -eu /build/recipe.sh

if [ -d /etc/apt ]; then
  rm -f /etc/apt/apt.conf.d/00build-host
  [ ! -d /build/apt-auth ] || rm -f /etc/apt/auth.conf.d/*
  rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log
fi
rm -rf /build
