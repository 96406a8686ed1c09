import {existsSync, readFileSync} from 'node:fs'
import {Readable} from 'node:stream'

import type Docker from 'dockerode'

import {librariesOf} from '../../scripts/setup/recipes/libraries.ts'
import {readImage} from '../../src/parity/image/read-image.ts'
import {tarReader} from '../../src/parity/image/tar/reader.ts'
import {installedIn, packageDatabase} from '../../src/parity/packages/installed.ts'
import {type Entry, tarOf} from '../parity/image/archives.ts'
import {docker} from '../support/engine-socket.ts'
import {test} from '../support/one-by-one.ts'
import {noDocker} from './engine-docker.ts'

const query = '/usr/bin/dpkg-query'
const status = '/var/lib/dpkg/status'

const reason = (await noDocker()) ?? (existsSync(query) && existsSync(status) ? undefined : 'this machine has no dpkg')
const onDocker = reason === undefined ? test : test.skip
const note = reason === undefined ? '' : ` (not run, because ${reason})`

const signal = new AbortController().signal

/** An image with this machine's packages and what lists them, and a second layer on it. */
const imageWithPackages = async (stack: AsyncDisposableStack): Promise<Docker.Container> => {
  const engine = docker()
  const copies = [query, status, '/var/lib/dpkg/arch', ...librariesOf([query]).map(({path}) => path)]
  const entries = copies
    .filter(existsSync)
    .map((path): Entry => [{name: path.slice(1), mode: 0o755}, readFileSync(path)])
  const reference = `imm-parity-test-${process.pid}`
  const base = await tarOf([
    ...entries,
    [{name: 'gone/soon'}, 'x'],
    [{name: 'dir/kept', uid: 5, gid: 6, mode: 0o4711}, 'x'],
  ])
  const imported = await engine.importImage(Readable.from([base]), {repo: reference, tag: 'base'})
  await Array.fromAsync(imported as AsyncIterable<Buffer>)
  stack.defer(async () => void (await engine.getImage(`${reference}:base`).remove({force: true})))
  const first = await engine.createContainer({Image: `${reference}:base`, Cmd: ['/none']})
  stack.defer(async () => void (await first.remove({force: true})))
  const more = await tarOf([
    [{name: 'dir/link', type: 'symlink', linkname: '../../kept'}],
    [{name: 'dir/second', type: 'link', linkname: 'dir/link'}],
  ])
  await first.putArchive(Readable.from([more]), {path: '/'})
  await first.commit({repo: reference, tag: 'top'})
  stack.defer(async () => void (await engine.getImage(`${reference}:top`).remove({force: true})))
  const container = await engine.createContainer({
    Image: `${reference}:top`,
    Cmd: [query, '-W', '-f', '${db:Status-Status} ${Package} ${Version} ${Architecture}\n'],
  })
  stack.defer(async () => void (await container.remove({force: true})))
  return container
}

const factsOf = async (container: Docker.Container) => {
  const {Image} = await container.inspect()
  const archive = await docker().getImage(Image).get()
  const facts = await readImage(archive as AsyncIterable<Buffer>, {wanted: packageDatabase}, signal)
  return {facts, id: Image}
}

onDocker(
  `an image of the engine is read as its containers see it, and its packages as dpkg lists them in it${note}`,
  async (t) => {
    await using stack = new AsyncDisposableStack()
    const container = await imageWithPackages(stack)
    const {facts, id} = await factsOf(container)
    t.is(facts.id, id)
    t.is(facts.layers.length, 2)

    const seen = await exportOf(container)
    const read = [...facts.tree.all()].map(({path, kind, mode, uid, gid, size, target = ''}) =>
      [path, kind, mode, uid, gid, size, target].join(' '),
    )
    t.true(read.length > 10)
    t.deepEqual(
      read.filter((line) => !seen.includes(line)),
      [],
      'nothing but what a container has',
    )
    t.true(read.some((line) => line.startsWith('/dir/kept file 2505 5 6 1')))

    await container.start()
    await container.wait()
    const output = await container.logs({stdout: true, stderr: false})
    const listed = linesOf(output)
      .filter((line) => !/^(config-files|not-installed) /.test(line))
      .map((line) => line.slice(line.indexOf(' ') + 1))
    const [dpkg] = installedIn(facts)
    t.true(listed.length > 10)
    t.is(dpkg?.manager, 'dpkg')
    t.deepEqual(
      dpkg?.packages.map(({name, version, architecture}) => `${name} ${version} ${architecture}`).toSorted(),
      listed.toSorted(),
    )
  },
)

const kinds: Readonly<Record<string, string>> = {0: 'file', 2: 'link', 5: 'directory'}

/** What the engine itself says that a container has. */
const exportOf = async (container: Docker.Container): Promise<string[]> => {
  const reader = tarReader()
  const lines = new Map<string, string>()
  for await (const chunk of (await container.export()) as AsyncIterable<Buffer>)
    for (const event of reader.feed(chunk))
      if (event.type === 'entry') {
        const {name, type, mode, uid, gid, size, linkname} = event.header
        const path = `/${name.replace(/\/$/, '')}`
        const facts = [kinds[type] ?? type, mode, uid, gid, size, linkname].join(' ')
        lines.set(path, type === '1' ? (lines.get(`/${linkname}`) ?? '') : facts)
      }
  return [...lines].map(([path, facts]) => `${path} ${facts}`)
}

/** Logs come in frames of eight bytes of header and a payload. */
const linesOf = (output: Buffer): string[] => {
  const parts: Buffer[] = []
  for (let at = 0; at + 8 <= output.length;) {
    const length = output.readUInt32BE(at + 4)
    parts.push(output.subarray(at + 8, at + 8 + length))
    at += 8 + length
  }
  return Buffer.concat(parts).toString('utf8').split('\n').filter(Boolean)
}
