import test from 'ava'

import {parseReference} from '../../../../src/engine/docker/registry/reference.ts'

const hub = 'https://index.docker.io/v1/'

for (const [reference, name, version, server] of [
  ['postgres', 'postgres', 'latest', hub],
  ['postgres:17', 'postgres', '17', hub],
  ['docker.io/library/postgres:17', 'docker.io/library/postgres', '17', hub],
  ['ada/shop', 'ada/shop', 'latest', hub],
  ['localhost/shop', 'localhost/shop', 'latest', 'localhost'],
  ['localhost:5000/shop', 'localhost:5000/shop', 'latest', 'localhost:5000'],
  ['registry.example/a/b:c', 'registry.example/a/b', 'c', 'registry.example'],
  ['registry.example:5000/a@sha256:ab', 'registry.example:5000/a', 'sha256:ab', 'registry.example:5000'],
  ['postgres:17@sha256:ab', 'postgres', 'sha256:ab', hub],
] as const)
  test(`${reference} is ${version} of ${name}, with credentials for ${server}`, (t) => {
    t.deepEqual(parseReference(reference), {name, version, server})
  })
