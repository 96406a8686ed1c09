import {access, readFile, writeFile} from 'node:fs/promises'

import test from 'ava'

import {readAuthority} from '../../src/tls/authority.ts'
import type {Anchor, Store, StoreReport} from '../../src/tls/stores/store.ts'
import {trust, untrust} from '../../src/tls/trust.ts'
import {signal, temporaryPlace} from './kit/place.ts'

const reportOf = (status: StoreReport['status']): StoreReport => ({
  store: 'system',
  place: `place of ${status}`,
  status,
})

/** A store in memory. */
const memoryStore = (): Store & {held: Anchor | undefined} => ({
  held: undefined,
  async install(anchor) {
    const same = this.held?.pem === anchor.pem
    this.held = anchor
    return reportOf(same ? 'present' : 'installed')
  },
  async remove() {
    const had = this.held !== undefined
    this.held = undefined
    return reportOf(had ? 'removed' : 'absent')
  },
})

const refusing = (status: StoreReport['status']): Store => ({
  install: async () => reportOf(status),
  remove: async () => reportOf(status),
})

const isThere = async (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )

test('the first time makes the authority and installs it, the second changes nothing', async (t) => {
  const place = await temporaryPlace(t)
  const store = memoryStore()
  const first = await trust({place, stores: [store], signal})
  t.deepEqual(first.reports, [reportOf('installed')])
  t.true(first.trusted)
  t.is(store.held?.pem, first.authority.pem)
  t.is(await readFile(store.held!.file, 'utf8'), first.authority.pem)
  const second = await trust({place, stores: [store], signal})
  t.deepEqual(second.reports, [reportOf('present')])
  t.is(second.authority.pem, first.authority.pem)
})

test('one store that can’t be had keeps no other from it, and one that has it makes it trusted', async (t) => {
  const place = await temporaryPlace(t)
  const {reports, trusted} = await trust({
    place,
    stores: [refusing('needs-root'), memoryStore(), refusing('failed')],
    signal,
  })
  t.deepEqual(
    reports.map(({status}) => status),
    ['needs-root', 'installed', 'failed'],
  )
  t.true(trusted)
  t.true(await isThere(place.trusted))
})

test('while no store has it https is on, and not trusted', async (t) => {
  const place = await temporaryPlace(t)
  await trust({place, stores: [memoryStore()], signal})
  const {trusted} = await trust({place, stores: [refusing('needs-root')], signal})
  t.false(trusted)
  t.false(await isThere(place.trusted))
  t.not(readAuthority(place), undefined)
})

test('undone, nothing of it is left, and a second time finds nothing', async (t) => {
  const place = await temporaryPlace(t)
  const store = memoryStore()
  await trust({place, stores: [store], signal})
  t.deepEqual(await untrust({place, stores: [store], signal}), {existed: true, reports: [reportOf('removed')]})
  t.is(store.held, undefined)
  t.false(await isThere(place.directory))
  t.deepEqual(await untrust({place, stores: [store], signal}), {existed: false, reports: [reportOf('absent')]})
})

test('the key is deleted also where a store can’t be reached, and what is there goes with the next try', async (t) => {
  const place = await temporaryPlace(t)
  const store = memoryStore()
  await trust({place, stores: [store], signal})
  await untrust({place, stores: [refusing('needs-root')], signal})
  t.false(await isThere(place.authority))
  t.deepEqual((await untrust({place, stores: [store], signal})).reports, [reportOf('removed')])
})

test('the next authority takes the place of the one before in every store', async (t) => {
  const place = await temporaryPlace(t)
  const store = memoryStore()
  const before = await trust({place, stores: [store], signal})
  const name = store.held?.name
  const {authority} = await trust({place, stores: [store], signal, nowMs: before.authority.untilMs - 1000})
  t.not(authority.pem, before.authority.pem)
  t.is(store.held?.pem, authority.pem)
  t.is(store.held?.name, name)
})

test('a state directory that can’t be written is told, not taken for a mistake of imm’s', async (t) => {
  const place = await temporaryPlace(t)
  await writeFile(place.directory, 'a file in its place')
  for (const attempt of [trust, untrust])
    await t.throwsAsync<Error>(attempt({place, stores: [], signal}), {code: 'STATE_UNWRITABLE'}, attempt.name)
})
