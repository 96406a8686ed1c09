import {chmod} from 'node:fs/promises'

import test from 'ava'

import {httpsFacts, httpsFindings, type HttpsFacts} from '../../src/doctor/https.ts'
import {trust} from '../../src/tls/trust.ts'
import {signal, temporaryPlace} from '../tls/kit/place.ts'

const dayMs = 24 * 3_600_000
const nowMs = Date.parse('2026-06-01T00:00:00Z')
const well: HttpsFacts = {file: '/tls/authority.pem', untilMs: nowMs + 1000 * dayMs, trusted: true, open: false}
const seen = (facts: Partial<HttpsFacts>): string =>
  httpsFindings({...well, ...facts}, nowMs)
    .map(({level, message, remedy = ''}) => `${level} ${message} ${remedy}`)
    .join('\n')

test('whether https is set up, and until when, is told', (t) => {
  t.regex(seen({untilMs: undefined}), /^ok .*not set up.*imm proxy trust/)
  t.regex(seen({}), /^ok .*until 2029-02-25/)
})

test('an authority that no store has, that ends soon, can’t be used or is open to others is a note', (t) => {
  t.regex(seen({trusted: false}), /^note .*no store/)
  t.regex(seen({untilMs: nowMs + 20 * dayMs}), /^note .*ends on 2026-06-21 .*imm proxy trust/)
  t.regex(seen({untilMs: nowMs - dayMs}), /^note .*ended on 2026-05-31/)
  t.regex(seen({untilMs: 'unusable'}), /^note .*can't be used/)
  t.regex(seen({open: true}), /^note .*others?.*read the key[\s\S]*chmod 600/)
})

test('the facts are those of the state directory', async (t) => {
  const place = await temporaryPlace(t)
  t.like(await httpsFacts(place), {untilMs: undefined, trusted: false, open: false})
  const {authority} = await trust({place, stores: [], signal})
  t.like(await httpsFacts(place), {untilMs: authority.untilMs, trusted: false, open: false})
  await chmod(place.authority, 0o644)
  t.like(await httpsFacts(place), {open: true})
})
