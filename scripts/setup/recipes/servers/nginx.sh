#!/bin/sh
# nginx's official image without its templates; what a user has mounted to be run is run.
set -eu
if [ "$1" = nginx ]; then
  for script in /docker-entrypoint.d/*.sh; do
    if [ -x "$script" ]; then "$script"; fi
  done
fi
exec "$@"
