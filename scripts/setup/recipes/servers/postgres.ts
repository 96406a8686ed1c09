import {entrypoint, entrypointChange, type ServerRecipe} from './recipe.ts'

export const postgres: ServerRecipe = {
  registry: 'postgres:17',
  packages: {wanted: 'postgresql', kept: /^(?:postgresql(?:-client)?-\d+|tzdata|libc-bin)$/},
  user: {name: 'postgres', id: 999},
  skip: [],
  entries: [
    entrypoint('postgres.sh'),
    {kind: 'directory', path: '/docker-entrypoint-initdb.d', mode: 0o755},
    {kind: 'directory', path: '/var/run/postgresql', mode: 0o2777, owner: 999},
    {kind: 'directory', path: '/var/lib/postgresql', mode: 0o755, owner: 999},
    {kind: 'directory', path: '/var/lib/postgresql/data', mode: 0o777, owner: 999},
  ],
  programs: /^\/usr\/lib\/postgresql\/\d+\/bin\//,
  changes: [
    'ENV PGDATA=/var/lib/postgresql/data',
    'ENV LANG=C.UTF-8',
    'VOLUME /var/lib/postgresql/data',
    'EXPOSE 5432',
    'STOPSIGNAL SIGINT',
    entrypointChange,
    'CMD ["postgres"]',
  ],
}
