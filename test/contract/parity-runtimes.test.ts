import {Writable} from 'node:stream'

import {dependenciesIn, dependencyFile} from '../../src/parity/dependencies/dependencies.ts'
import {pythonName} from '../../src/parity/dependencies/python/name.ts'
import {readImage} from '../../src/parity/image/read-image.ts'
import {readRuntimes, runtimeFile} from '../../src/parity/runtimes/runtimes.ts'
import {docker} from '../support/engine-socket.ts'
import {test} from '../support/one-by-one.ts'
import {noDocker} from './engine-docker.ts'

const baseOf = (name: string) => process.env[`IMM_TEST_BASE_${name.toUpperCase()}`] ?? `imm-base/${name}:local`

const reasonNot = async (image: string): Promise<string | undefined> =>
  (await noDocker()) ??
  (await docker()
    .getImage(image)
    .inspect()
    .then(
      () => undefined,
      () => `there is no image ${image}`,
    ))

const wanted = (path: string) => runtimeFile(path) ?? dependencyFile(path)

const factsOf = async (image: string) => {
  const archive = await docker().getImage(image).get()
  const facts = await readImage(archive as AsyncIterable<Buffer>, {wanted}, new AbortController().signal)
  return {...readRuntimes(facts), dependencies: dependenciesIn(facts)}
}

/** What the image's own programs say, when it is run. */
const says = async (image: string, ...command: string[]): Promise<string> => {
  const parts: Buffer[] = []
  const output = new Writable({write: (part: Buffer, _encoding, done) => done(void parts.push(part))})
  const options = {HostConfig: {AutoRemove: true, NetworkMode: 'none'}, Tty: false, Entrypoint: ''}
  await docker().run(image, command, [output, new Writable({write: (_part, _encoding, done) => done()})], options)
  return Buffer.concat(parts).toString('utf8').trim()
}

const ofImage = async (name: string) => {
  const image = baseOf(name)
  const reason = await reasonNot(image)
  return {
    image,
    run: reason === undefined ? test : test.skip,
    note: reason === undefined ? '' : ` (not run: ${reason})`,
  }
}

const [node, python] = [await ofImage('node'), await ofImage('python')]
const npm = '/usr/local/lib/node_modules/npm/bin/npm-cli.js'

node.run(`an image's Node and packages are read as it says itself${node.note}`, async (t) => {
  const {runtimes, gaps, dependencies} = await factsOf(node.image)
  t.deepEqual(gaps, [])
  const [runtime] = runtimes.filter(({name}) => name === 'node')
  t.is(`v${runtime?.version}`, await says(node.image, 'node', '--version'))
  const script = `process.argv = ['node', 'npm', 'query', '*', '--global', '--offline']; require('${npm}')`
  const listed = JSON.parse(await says(node.image, 'node', '-e', script)) as {name?: string; version?: string}[]
  const names = listed.filter(({version}) => version !== undefined).map(({name, version}) => `${name} ${version}`)
  t.true(names.length > 50)
  t.deepEqual(
    dependencies
      .filter(({ecosystem, scope}) => ecosystem === 'npm' && scope === '/usr/local/lib')
      .map(({name, version}) => `${name} ${version}`),
    [...new Set(names)].toSorted(),
  )
})

python.run(`an image's Python and packages are read as it says itself${python.note}`, async (t) => {
  const {runtimes, gaps, dependencies} = await factsOf(python.image)
  t.deepEqual(gaps, [])
  const [runtime] = runtimes.filter(({name}) => name === 'python')
  t.is(`Python ${runtime?.version}`, await says(python.image, 'python', '--version'))
  const list = ['-m', 'pip', 'list', '--format', 'freeze', '--disable-pip-version-check']
  const listed = (await says(python.image, 'python', ...list))
    .split('\n')
    .map((line) => line.replace(/^[^=]+/, pythonName))
  t.true(listed.length > 0)
  t.deepEqual(
    dependencies
      .filter(({ecosystem, scope}) => ecosystem === 'pypi' && scope === '/usr/local')
      .map(({name, version}) => `${name}==${version}`),
    listed.toSorted(),
  )
})
