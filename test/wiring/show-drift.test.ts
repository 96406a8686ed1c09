import test from 'ava'

import type {Engine} from '../../src/lifecycle/ports.ts'
import type {OpenDrift} from '../../src/wiring/drift.ts'
import {showDrift} from '../../src/wiring/show-drift.ts'

const {signal} = new AbortController()

const running = async () => [{release: 'r1-aaaaaaa', state: 'live', container: 'c'}]

const driftIn = (workingDir: string) => {
  const engine = {
    instance: async () => ({image: 'sha256:a'}),
    image: async () => ({workingDir}),
    inside: async (_of: unknown, [path]: readonly string[]) =>
      new Map([[path, {path, kind: 'directory', mode: 0o755, uid: 0, gid: 0}]]),
  } as unknown as Engine
  return {engine, running} as unknown as OpenDrift
}

for (const [given, workingDir, shown] of [
  ['server.js', '/app', '/app/server.js'],
  ['./src/../server.js', '/app', '/app/server.js'],
  ['/etc/hosts', '/app', '/etc/hosts'],
  ['server.js', '/', '/server.js'],
] as const)
  test(`where ${workingDir} is the WORKDIR, ${given} is ${shown}`, async (t) => {
    t.is((await showDrift(driftIn(workingDir), given, undefined, signal)).path, shown)
  })
