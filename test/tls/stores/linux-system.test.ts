import {mkdir, readdir, readFile, stat, writeFile} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'
import type {ExecutionContext} from 'ava'
import {execa} from 'execa'

import {ensureAuthority} from '../../../src/tls/authority.ts'
import {tlsPlace} from '../../../src/tls/place.ts'
import {findSystemPlace, linuxSystemStore} from '../../../src/tls/stores/linux-system.ts'
import type {SystemPlace} from '../../../src/tls/stores/linux-system.ts'
import {signal, temporaryDirectory} from '../kit/place.ts'

const anchorIn = async (directory: string) => {
  const place = tlsPlace(directory)
  const {pem} = await ensureAuthority(place, Date.now())
  return {name: place.storeName, pem, file: place.certificate}
}

/** A store of Debian's kind below a directory of the test's own; undefined without Debian's tool. */
const debianBelow = async (root: string): Promise<{place: SystemPlace; bundle: string} | undefined> => {
  const directory = path.join(root, 'usr/local/share/ca-certificates')
  const certificates = path.join(root, 'etc/ssl/certs')
  const settings = path.join(root, 'etc/ca-certificates.conf')
  for (const each of [directory, certificates, path.join(root, 'hooks')]) await mkdir(each, {recursive: true})
  await writeFile(settings, '')
  const place = await findSystemPlace(root)
  if (place?.directory !== directory) throw new Error('found another directory')
  const options = ['--localcertsdir', directory, '--etccertsdir', certificates, '--certsconf', settings]
  const refresh = ['update-ca-certificates', ...options, '--hooksdir', path.join(root, 'hooks')] as const
  const {code} = await execa('update-ca-certificates', ['--help'], {reject: false})
  if (code === 'ENOENT') return undefined
  return {
    place: {...place, refresh, refreshLess: [...refresh, '--fresh']},
    bundle: path.join(certificates, 'ca-certificates.crt'),
  }
}

const notHere = (t: ExecutionContext): void => t.log('skipped: update-ca-certificates is not installed')

test('it is installed once and removed without a trace, with the tool of the system', async (t) => {
  const root = await temporaryDirectory(t)
  const debian = await debianBelow(root)
  if (debian === undefined) return notHere(t)
  const {place, bundle} = debian
  const anchor = await anchorIn(path.join(root, 'home'))
  const other = await anchorIn(path.join(root, 'other'))
  await writeFile(path.join(place.directory, 'other.crt'), other.pem)
  const store = linuxSystemStore(place, 'root')
  const file = path.join(place.directory, `${anchor.name}.crt`)
  t.deepEqual(await store.install(anchor, signal), {store: 'system', place: file, status: 'installed'})
  t.is((await stat(file)).mode & 0o777, 0o644)
  t.true((await readFile(bundle, 'utf8')).includes(anchor.pem))
  t.is((await store.install(anchor, signal)).status, 'present')
  t.is((await store.remove(anchor, signal)).status, 'removed')
  t.is(await readFile(bundle, 'utf8'), other.pem)
  t.deepEqual(await readdir(place.directory), ['other.crt'])
  t.false((await readdir(path.dirname(bundle))).some((name) => name.startsWith(anchor.name)))
  t.is((await store.remove(anchor, signal)).status, 'absent')
})

test('the authority that is there from before is replaced', async (t) => {
  const root = await temporaryDirectory(t)
  const debian = await debianBelow(root)
  if (debian === undefined) return notHere(t)
  const anchor = await anchorIn(path.join(root, 'home'))
  await writeFile(path.join(debian.place.directory, `${anchor.name}.crt`), 'of before')
  t.is((await linuxSystemStore(debian.place, 'root').install(anchor, signal)).status, 'installed')
  t.true((await readFile(debian.bundle, 'utf8')).includes(anchor.pem))
})

const fedora = async (t: ExecutionContext): Promise<{place: SystemPlace; root: string}> => {
  const root = await temporaryDirectory(t)
  await mkdir(path.join(root, 'etc/pki/ca-trust/source/anchors'), {recursive: true})
  const place = await findSystemPlace(root)
  if (place === undefined) throw new Error('found none')
  return {place, root}
}

test('without root nothing is done, and the commands that do it are told', async (t) => {
  const {place, root} = await fedora(t)
  const anchor = await anchorIn(path.join(root, 'home'))
  const store = linuxSystemStore(place, 'none')
  const file = path.join(place.directory, `${anchor.name}.pem`)
  t.deepEqual(await store.install(anchor, signal), {
    store: 'system',
    place: file,
    status: 'needs-root',
    commands: [
      ['sudo', 'install', '-m', '0644', anchor.file, file],
      ['sudo', 'update-ca-trust', 'extract'],
    ],
  })
  t.deepEqual(await readdir(place.directory), [])
  await writeFile(file, anchor.pem)
  t.is((await store.install(anchor, signal)).status, 'present', 'somebody ran them')
  t.deepEqual((await store.remove(anchor, signal)).commands, [
    ['sudo', 'rm', '-f', file],
    ['sudo', 'update-ca-trust', 'extract'],
  ])
})

test('where the system does not take it up, that is said, and it is tried anew the next time', async (t) => {
  const {place, root} = await fedora(t)
  const anchor = await anchorIn(path.join(root, 'home'))
  const store = linuxSystemStore({...place, refresh: ['sh', '-c', 'echo no space left >&2; exit 1']}, 'root')
  for (let time = 0; time < 2; time++) {
    const report = await store.install(anchor, signal)
    t.is(report.status, 'failed')
    t.regex(report.message ?? '', /no space left/)
  }
  t.deepEqual(await readdir(place.directory), [])
})

test('a system without a place for authorities has none', async (t) => {
  t.is(await findSystemPlace(await temporaryDirectory(t)), undefined)
})
