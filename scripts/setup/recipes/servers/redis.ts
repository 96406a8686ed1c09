import {entrypoint, entrypointChange, type ServerRecipe} from './recipe.ts'

export const redis: ServerRecipe = {
  registry: 'redis:7',
  packages: {wanted: 'redis-server', kept: /^redis-(?:server|tools)$/},
  user: {name: 'redis', id: 999},
  skip: [],
  entries: [entrypoint('redis.sh'), {kind: 'directory', path: '/data', mode: 0o755, owner: 999}],
  changes: ['WORKDIR /data', 'VOLUME /data', 'EXPOSE 6379', entrypointChange, 'CMD ["redis-server"]'],
}
