#!/bin/sh
# Redis's official image in short.
set -eu
if [ "${1#-}" != "$1" ] || [ "${1%.conf}" != "$1" ]; then set -- redis-server "$@"; fi
if [ "$1" = redis-server ]; then
  # The official image's program is built without protected mode: in a container, others are meant to connect.
  case " $* " in *' --protected-mode '*) ;; *) set -- "$@" --protected-mode no ;; esac
  if [ "$(id -u)" = 0 ]; then
    find . \! -user redis -exec chown redis '{}' +
    exec su -s /bin/sh redis -c 'exec "$0" "$@"' -- "$@"
  fi
fi
exec "$@"
