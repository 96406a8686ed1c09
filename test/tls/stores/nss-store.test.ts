import {generateKeyPairSync} from 'node:crypto'
import {mkdir, writeFile} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'
import type {ExecutionContext} from 'ava'
import {execa} from 'execa'

import {ensureAuthority, readAuthority} from '../../../src/tls/authority.ts'
import {serverCertificate} from '../../../src/tls/certificate.ts'
import {tlsPlace} from '../../../src/tls/place.ts'
import {nssDatabases} from '../../../src/tls/stores/nss-databases.ts'
import {nssStore} from '../../../src/tls/stores/nss-store.ts'
import {signal, temporaryDirectory} from '../kit/place.ts'

const folders = [
  '.pki/nssdb',
  'snap/chromium/current/.pki/nssdb',
  '.mozilla/firefox/abc.default-release',
  'snap/firefox/common/.mozilla/firefox/def.default',
  '.var/app/org.mozilla.firefox/.mozilla/firefox/ghi.default',
]

const hasCertutil = (await execa('certutil', ['-H'], {reject: false})).code !== 'ENOENT'

/** A home with databases of browsers as certutil makes them, or undefined without it. */
const browserHome = async (t: ExecutionContext, password?: string): Promise<string | undefined> => {
  if (!hasCertutil) {
    t.log('skipped: certutil is not installed (Debian: libnss3-tools)')
    return undefined
  }
  const home = await temporaryDirectory(t)
  await mkdir(path.join(home, '.mozilla/firefox/Crash Reports'), {recursive: true})
  for (const folder of folders) {
    const directory = path.join(home, folder)
    await mkdir(directory, {recursive: true})
    const how = password === undefined ? ['--empty-password'] : ['-f', '/dev/stdin']
    await execa('certutil', ['-N', '-d', `sql:${directory}`, ...how], {input: `${password ?? ''}\n`})
  }
  return home
}

const anchorIn = async (home: string) => {
  const place = tlsPlace(path.join(home, '.local/state/imm'))
  const {pem} = await ensureAuthority(place, Date.now())
  return {name: place.storeName, pem, file: place.certificate}
}

const listed = async (directory: string): Promise<string> =>
  (await execa('certutil', ['-L', '-d', `sql:${directory}`])).stdout

test('it is installed once in each browser’s database, for servers alone, and removed from each', async (t) => {
  const home = await browserHome(t)
  if (home === undefined) return
  const found = await nssDatabases(home)
  t.deepEqual(
    found.map((directory) => path.relative(home, directory)),
    folders,
  )
  const anchor = await anchorIn(home)
  for (const directory of found) {
    const store = nssStore(directory)
    t.deepEqual(await store.install(anchor, signal), {store: 'browser', place: directory, status: 'installed'})
    t.regex(await listed(directory), new RegExp(`${anchor.name} +C,,`))
    t.is((await store.install(anchor, signal)).status, 'present')
    t.is((await store.remove(anchor, signal)).status, 'removed')
    t.notRegex(await listed(directory), new RegExp(anchor.name))
    t.is((await store.remove(anchor, signal)).status, 'absent')
  }
})

test('the authority that is there from before is replaced', async (t) => {
  const home = await browserHome(t)
  if (home === undefined) return
  const [directory = ''] = await nssDatabases(home)
  const store = nssStore(directory)
  const anchor = await anchorIn(home)
  const before = await anchorIn(path.join(home, 'before'))
  await store.install({...before, name: anchor.name}, signal)
  t.is((await store.install(anchor, signal)).status, 'installed')
  t.is((await store.install(anchor, signal)).status, 'present')
  t.is((await listed(directory)).split(anchor.name).length, 2, 'once')
})

test('NSS takes the certificates of hosts once it has the authority, and none for other names', async (t) => {
  const home = await browserHome(t)
  if (home === undefined) return
  const [directory = ''] = await nssDatabases(home)
  const anchor = await anchorIn(home)
  await nssStore(directory).install(anchor, signal)
  const authority = readAuthority(tlsPlace(path.join(home, '.local/state/imm')))!
  const within = {fromMs: Date.now() - 60_000, untilMs: Date.now() + 3_600_000}
  const {publicKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'})
  const verify = async (dNSName: string): Promise<string> => {
    const file = path.join(home, 'leaf.pem')
    await writeFile(file, serverCertificate(authority, [{dNSName}], publicKey, within))
    const database = ['-d', `sql:${directory}`, '-n', dNSName]
    await execa('certutil', ['-A', ...database, '-t', ',,', '-i', file])
    return (await execa('certutil', ['-V', ...database, '-u', 'V'], {reject: false, all: true})).all
  }
  t.regex(await verify('shop.localhost'), /certificate is valid/)
  t.notRegex(await verify('example.com'), /certificate is valid/)
})

test('a database with a password of the user’s keeps nobody waiting for it', async (t) => {
  const home = await browserHome(t, 'correct horse')
  if (home === undefined) return
  const [directory = ''] = await nssDatabases(home)
  const report = await nssStore(directory).install(await anchorIn(home), signal)
  // NSS changed its mind on whether it is needed.
  t.true(['failed', 'installed'].includes(report.status))
})

test('a home without browsers has no databases', async (t) => {
  t.deepEqual(await nssDatabases(await temporaryDirectory(t)), [])
})
