import {readdir, readFile, stat, writeFile} from 'node:fs/promises'

import test from 'ava'

import {ensureAuthority, readAuthority} from '../../src/tls/authority.ts'
import {temporaryPlace} from './kit/place.ts'

const dayMs = 24 * 3_600_000

const keyOf = async (file: string): Promise<string> => (await readFile(file, 'utf8')).split('-----BEGIN CERT')[0]!

test('its key is for its owner alone, and its certificate lies beside it', async (t) => {
  const place = await temporaryPlace(t)
  const {pem} = await ensureAuthority(place, Date.now())
  t.is((await stat(place.directory)).mode & 0o777, 0o700)
  t.is((await stat(place.authority)).mode & 0o777, 0o600)
  t.is(await readFile(place.certificate, 'utf8'), pem)
  t.false(pem.includes('PRIVATE KEY'))
  t.deepEqual((await readdir(place.directory)).toSorted(), ['authority.pem', 'ca.pem'])
})

test('of several processes that make one at once, all have the same', async (t) => {
  const place = await temporaryPlace(t)
  const made = await Promise.all(Array.from({length: 8}, async () => ensureAuthority(place, Date.now())))
  t.is(new Set(made.map(({pem}) => pem)).size, 1)
  t.is(readAuthority(place)?.pem, made[0]!.pem)
})

test('it stays until its end is near, lasts ten years at most, and is then made anew', async (t) => {
  const place = await temporaryPlace(t)
  const nowMs = Date.now()
  const {pem, untilMs} = await ensureAuthority(place, nowMs)
  t.true(untilMs - nowMs <= 3650 * dayMs)
  t.is((await ensureAuthority(place, untilMs - 90 * dayMs)).pem, pem)
  const next = await ensureAuthority(place, untilMs - 30 * dayMs)
  t.not(next.pem, pem)
  t.is(await readFile(place.certificate, 'utf8'), next.pem)
})

test('one that makes no sense is made anew', async (t) => {
  const place = await temporaryPlace(t)
  await ensureAuthority(place, Date.now())
  const other = await temporaryPlace(t)
  await ensureAuthority(other, Date.now())
  for (const text of ['', 'nonsense', (await keyOf(other.authority)) + (await readFile(place.certificate, 'utf8'))]) {
    await writeFile(place.authority, text)
    t.throws(() => readAuthority(place))
    const {pem} = await ensureAuthority(place, Date.now())
    t.is(readAuthority(place)?.pem, pem)
  }
})

test('where there is none there is none', async (t) => {
  t.is(readAuthority(await temporaryPlace(t)), undefined)
})
