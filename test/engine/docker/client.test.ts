import {inspect} from 'node:util'

import test from 'ava'

import {connectionTo} from '../../../src/engine/docker/client.ts'

for (const endpoint of ['unix:///run/engine.sock', 'tcp://127.0.0.1:2375', 'https://127.0.0.1:2376'])
  test(`what a call inspects does not grow with the connections that are open (${endpoint})`, async (t) => {
    const connection = await connectionTo({name: 'DOCKER_HOST', endpoint, tls: undefined})
    const seen = () => inspect(connection, {showHidden: true, depth: null})
    const before = seen()
    Object.assign(connection.agent.sockets, {[endpoint]: [{far: {below: {the: 'surface'}}}]})
    t.is(seen(), before)
    t.false(before.includes('sockets'))
  })
