import test from 'ava'

import {listeningPorts} from '../../../src/engine/docker/proc-net.ts'

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const row = (local: string, state = '0A') =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 1 1\n`

test('listening ports are read from the tables of both IP versions', (t) => {
  const v6 = row('00000000000000000000000000000000:0BB8')
  t.deepEqual(listeningPorts(head + row('00000000:1F90') + head + v6), [
    {port: 3000, loopback: false},
    {port: 8080, loopback: false},
  ])
})

test('a port counts as loopback where nothing else is bound to it', (t) => {
  const v6loopback = row('00000000000000000000000001000000:1F90')
  const mapped = row('0000000000000000FFFF00000100007F:1F90')
  t.deepEqual(listeningPorts(row('0100007F:1F90') + v6loopback + mapped), [{port: 8080, loopback: true}])
  t.deepEqual(listeningPorts(row('0100007F:1F90') + row('00000000:1F90')), [{port: 8080, loopback: false}])
})

test("connections and the engine's own name server are left out", (t) => {
  t.deepEqual(listeningPorts(row('00000000:1F90', '01') + row('0B00007F:A2C5') + '\ngarbage\n'), [])
})
