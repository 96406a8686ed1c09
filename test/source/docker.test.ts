import {randomBytes} from 'node:crypto'
import path from 'node:path'

import test from 'ava'
import type {ExecutionContext} from 'ava'
import Docker from 'dockerode'
import {execa, execaSync} from 'execa'
import {extract} from 'tar-stream'

import {patterns} from '../../src/source/ignore.ts'
import type {Tree} from './tree.ts'
import {makeTree, never, open} from './tree.ts'

const docker = new Docker()
const project = `source-test-${randomBytes(4).toString('hex')}`
const labels = {'imm.project': project}
const hasEngine = execaSync('docker', ['version'], {reject: false}).exitCode === 0
const withEngine = hasEngine ? test : test.skip

/** What an image of one COPY holds: path, mode, and link target or size. */
const filesOf = async (t: ExecutionContext, tag: string): Promise<string[]> => {
  const container = await docker.createContainer({Image: tag, Cmd: ['none'], Labels: labels})
  t.teardown(() => container.remove({force: true}))
  const reader = extract()
  ;(await container.export()).pipe(reader)
  const files: string[] = []
  for await (const entry of reader) {
    const {name, type, mode, size, linkname, uid, gid} = entry.header
    if (name.startsWith('context/')) files.push([name, type, mode.toString(8), size, linkname, uid, gid].join(' '))
    entry.resume()
  }
  return files.toSorted()
}

const removeLater = (t: ExecutionContext, tag: string): string => {
  t.teardown(() => docker.getImage(tag).remove({force: true}))
  return tag
}

const buildByCli = async (t: ExecutionContext, directory: string): Promise<string> => {
  const tag = removeLater(t, `${project}:${path.basename(directory).toLowerCase()}-cli`)
  await execa('docker', ['build', '-q', '--no-cache', '-t', tag, '--label', `imm.project=${project}`, directory], {
    env: {DOCKER_BUILDKIT: '0'},
  })
  return tag
}

const build = async (t: ExecutionContext, directory: string, version: '1' | '2'): Promise<string> => {
  const tag = removeLater(t, `${project}:${path.basename(directory).toLowerCase()}-${version}`)
  const source = open(t, directory, {poll: true})
  // Without the cache: an image that another test shares would go away with that test.
  const stream = source.pack(await source.snapshot(never), never)
  const progress = await docker.buildImage(stream, {t: tag, version, labels, dockerfile: 'Dockerfile', nocache: true})
  const {promise, resolve, reject} = Promise.withResolvers<unknown>()
  docker.modem.followProgress(progress, (error, events: {error?: string}[]) => {
    if (error === null) resolve(events.find((event) => event.error !== undefined))
    else reject(error)
  })
  t.is(await promise, undefined)
  return tag
}

const tree: Tree = {
  Dockerfile: 'FROM scratch\nCOPY . /context/\n',
  'README.md': 'x',
  'a.log': 'x',
  'docs/readme.md': 'x',
  'docs/deep/b.log': 'x',
  'empty/inner': null,
  'file(1).txt': 'x',
  'größe/日本 語.txt': 'x',
  'link to nowhere': {link: '../nowhere'},
  'node_modules/a/index.js': 'x',
  'node_modules/keep/index.js': 'x',
  [`long/${'x'.repeat(120)}/${'y'.repeat(120)}`]: 'x',
  'run.sh': {text: '#!/bin/sh', mode: 0o755},
  'secret.pem': {text: 'x', mode: 0o600},
  'src/a.ts': 'x',
}

const ignoreFiles: Record<string, string> = {
  'nothing is ignored': '# only a comment\n',
  'a directory is ignored': 'node_modules\n',
  'slashes lead and trail': '/docs/\nempty/\n',
  'all but a directory': '*\n!src\n',
  'all but a file in an ignored directory': '*\n!node_modules/keep/index.js\n',
  'an exception inside of an ignored directory': 'node_modules\n!node_modules/keep\n',
  'double stars': '**/*.log\n**/inner\n',
  'wildcards of one character, classes and Windows line ends': 'src/?.ts\r\n[Rr]un.sh\r\n',
  'parentheses are text': 'file(1).txt\n',
  'other scripts and spaces': 'größe/日本 *\nlink to nowhere\n',
  'the Dockerfile is ignored': 'Dockerfile\n',
  'a later line wins': '!docs\ndocs\n!docs/deep\n',
}

for (const [what, ignore] of Object.entries(ignoreFiles)) {
  withEngine(`the image is that of docker build: ${what}`, async (t) => {
    const directory = await makeTree(t, {...tree, '.dockerignore': ignore})
    const [byCli, classic, buildkit] = await Promise.all([
      buildByCli(t, directory),
      build(t, directory, '1'),
      build(t, directory, '2'),
    ])
    // A builder shows COPY all of the archive that it was sent, and an ignored Dockerfile has to be in it. Only the classic one takes
    // it out again, by the .dockerignore that came along.
    const isSent = patterns(ignore.split(/\r?\n/)).ignores('Dockerfile')
    const seen = (files: string[]) => files.filter((file) => !(isSent && file.startsWith('context/Dockerfile ')))
    const expected = await filesOf(t, byCli)
    t.true(expected.length > 1)
    t.deepEqual(seen(await filesOf(t, classic)), expected)
    t.deepEqual(seen(await filesOf(t, buildkit)), expected)
  })
}
