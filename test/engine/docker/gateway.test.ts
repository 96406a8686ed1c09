import test from 'ava'

import {localAddresses} from '../../../src/engine/docker/gateway.ts'

const trie = `Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 172.17.0.0/16 2 0 2
        |-- 172.17.0.0
           /16 link UNICAST
        |-- 172.17.0.1
           /32 host LOCAL
        |-- 172.17.255.255
           /32 link BROADCAST
Local:
        |-- 127.0.0.0
           /8 host LOCAL
        |-- 127.0.0.1
           /32 host LOCAL
        |-- 172.17.0.1
           /32 host LOCAL
`

test('addresses of this host are read from the kernel, each once, and no networks and broadcasts', (t) => {
  t.deepEqual(localAddresses(trie), ['172.17.0.1', '127.0.0.1'])
  t.deepEqual(localAddresses(''), [])
})
