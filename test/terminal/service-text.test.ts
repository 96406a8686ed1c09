import test from 'ava'

import {portsText} from '../../src/terminal/ports-text.ts'
import {serviceText} from '../../src/terminal/service-text.ts'
import {servicesText} from '../../src/terminal/services-text.ts'
import {shellWords} from '../../src/terminal/shell-words.ts'

const db = {service: 'db', image: 'postgres:17'} as const

test('a change of a service is one line that says what it means', (t) => {
  const port = {containerPort: 5432, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: 41_000, asked: 5432} as const
  t.is(
    serviceText({...db, state: 'started', ports: [port]}),
    'db: postgres:17 started on 127.0.0.1:41000 (5432 was taken)',
  )
  t.is(serviceText({...db, state: 'pulling', doneBytes: 0, totalBytes: 0}), 'db: fetching postgres:17')
  t.is(
    serviceText({...db, state: 'pulling', doneBytes: 15_000_000, totalBytes: 130_000_000}),
    'db: fetching postgres:17, 15 MB of 130 MB',
  )
  t.is(serviceText({...db, state: 'exited', exitCode: 3}), 'db: ended (exit code 3)')
  t.is(serviceText({...db, state: 'exited', exitCode: 137, outOfMemory: true}), 'db: ended (out of memory)')
  t.is(serviceText({...db, state: 'found', exitCode: 0}), 'db: has run to its end before, and is not run again')
})

test('a status of services has what they are reached by, and why one does not run', (t) => {
  const one = {
    project: 'shop',
    environment: 'main',
    ...db,
    state: 'healthy',
    container: 'c1',
    ports: [{containerPort: 53, protocol: 'udp', hostIp: '::1', hostPort: 5353}],
    sinceMs: Date.now() - 120_000,
    exitCode: undefined,
  } as const
  const text = servicesText([one, {...one, service: 'seed', state: 'ended', exitCode: 4, ports: []}], {})
  t.regex(text, /^shop\/main +db +healthy +2 min ago +postgres:17 +\[::1\]:5353\/udp -> 53$/m)
  t.regex(text, /seed +ended \(exit code 4\)/)
})

test('ports are listed with what they lead to, or it is said that there are none', (t) => {
  t.regex(portsText([], {}), /^Nothing is reached/)
  const app = {name: 'web', kind: 'app', address: 'http://shop.localhost:7070', protocol: 'http'} as const
  t.regex(portsText([{...app, containerPort: undefined}], {}), /^web +app +http:\/\/shop.localhost:7070$/m)
})

test('a command is printed as a shell takes it back', (t) => {
  t.is(shellWords(['psql', '-c', "select 'a b'"]), String.raw`psql -c 'select '\''a b'\'''`)
})
