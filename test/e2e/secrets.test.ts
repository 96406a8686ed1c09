import {randomBytes} from 'node:crypto'
import {createWriteStream} from 'node:fs'
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {pipeline} from 'node:stream/promises'

import {execa} from 'execa'

import {startDev} from '../support/dev.ts'
import {applicationsOf, docker, imagesOf} from '../support/engine-socket.ts'
import {imm} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject, type TestProject} from '../support/project.ts'
import {until} from '../support/until.ts'

const value = (): string => `s3cret-${randomBytes(12).toString('hex')}`

// Reads what it finds, and prints it nowhere.
const server = `
import {readdirSync, readFileSync} from 'node:fs'
import {createServer} from 'node:http'
createServer((request, response) => {
  if (request.url === '/names') return response.end(readdirSync('/run/secrets').toSorted().join())
  response.end(request.url === '/' ? 'ok' : readFileSync(request.url, 'utf8'))
}).listen(3000, '0.0.0.0')
`

const dockerfile = `ARG NODE_IMAGE
FROM \${NODE_IMAGE}
WORKDIR /app
RUN --mount=type=secret,id=of_build ["node", "-e", "require('fs').writeFileSync('/length', String(require('fs').readFileSync('/run/secrets/of_build').length))"]
COPY . .
EXPOSE 3000
USER node
CMD ["node", "src/server.js"]
`

const settings = `
secrets:
  of_file: {file: of_file.txt}
  of_variable: {environment: OF_VARIABLE}
  of_command: {command: [cat, ../of_command.txt]}
  of_build: {file: ../of_build.txt}
build:
  secrets: [of_build]
`

test('secrets reach the application and its build, and are found nowhere else', async (t) => {
  const outside = await mkdtemp(path.join(tmpdir(), 'imm-secrets-'))
  t.teardown(async () => rm(outside, {recursive: true, force: true}))
  const secrets = {of_file: value(), of_variable: value(), of_command: value(), of_build: value()}
  await writeFile(path.join(outside, 'of_command.txt'), `${secrets.of_command}\n`)
  await writeFile(path.join(outside, 'of_build.txt'), secrets.of_build)
  await using project = await testProject({
    files: {
      'src/server.js': server,
      Dockerfile: dockerfile,
      '.dockerignore': 'imm.yaml\n',
      'of_file.txt': secrets.of_file,
    },
    settings: null,
  })
  await project.write('imm.yaml', withPaths(project, outside))
  await using dev = startDev(project, [], {OF_VARIABLE: secrets.of_variable})
  const first = await dev.goesLive()
  t.is((await dev.fetch('/names')).text, 'of_build,of_command,of_file,of_variable')
  for (const [name, secret] of Object.entries(secrets))
    t.is((await dev.fetch(`/run/secrets/${name}`)).text, secret, name)
  t.is((await dev.fetch('/length')).text, String(secrets.of_build.length))

  const changed = value()
  await project.write('of_file.txt', changed)
  const second = await dev.goesLive()
  t.not(second.release, first.release)
  t.is((await dev.fetch('/run/secrets/of_file')).text, changed)
  // A layer on top of the first image, which must not have it either.
  const openly = value()
  await project.write('src/openly.txt', openly)
  await dev.goesLive()
  t.is((await imm(project, 'rollback', first.release)).exitCode, 0)
  await dev.next('live', ({cause}) => cause === 'rollback')
  t.is((await dev.fetch('/run/secrets/of_file')).text, secrets.of_file)

  const all = [...Object.values(secrets), changed]
  const said = [
    JSON.stringify(dev.events),
    dev.stderr(),
    ...(await Promise.all([
      printed(project, 'status', '--json'),
      printed(project, 'history', '--json'),
      printed(project, 'releases', '--json'),
      printed(project, 'show', first.release, '--json'),
      printed(project, 'drift', '--json'),
      printed(project, 'logs', '--json'),
      printed(project, 'proxy', 'logs'),
    ])),
  ]
  for (const text of said)
    t.false(
      all.some((secret) => text.includes(secret)),
      text.slice(0, 2000),
    )
  t.false(
    said.some((text) => text.includes('"kind":"setting"')),
    'a mounted secret counts as drift',
  )
  t.deepEqual(await foundIn(project.home, all), [])
  for (const {Id} of await applicationsOf(project.name)) {
    const inspected = JSON.stringify(await docker().getContainer(Id).inspect())
    t.false(all.some((secret) => inspected.includes(secret)))
  }
  let open = 0
  for (const {Id} of await imagesOf(project.name)) {
    const image = docker().getImage(Id)
    const known = JSON.stringify([await image.inspect(), await image.history()])
    t.false(all.some((secret) => known.includes(secret)))
    t.deepEqual(await inArchive(Id, all), [])
    open += (await inArchive(Id, [openly])).length
  }
  // What is in an image would have been found.
  t.true(open > 0)
  // In the memory of this host while something needs them, and not longer.
  const places = (await applicationsOf(project.name)).flatMap(({Mounts}) => Mounts.map(({Source}) => Source))
  t.true(places.length > 0 && places.every((place) => place.startsWith('/dev/shm/') || place.startsWith('/run/user/')))
  const app = path.dirname(path.dirname(places[0] ?? ''))
  t.true((await foundIn(app, all)).length > 0)
  await dev.stop()
  t.deepEqual(await foundIn(app, all), [])
})

test('a container that dies while no imm dev runs is replaced with its secrets, also where their source is gone, and imm down takes them away', async (t) => {
  const secret = value()
  await using project = await testProject({
    files: {'src/server.js': server, 'password.txt': secret},
    settings: 'secrets: {password: {file: password.txt}}',
  })
  await using dev = startDev(project)
  const {release} = await dev.goesLive()
  dev.kill('SIGKILL')
  await dev.ended
  await project.remove('password.txt')
  const [before] = await applicationsOf(project.name)
  const place = before?.Mounts[0]?.Source ?? ''
  t.is(await readFile(place, 'utf8'), secret)
  await docker()
    .getContainer(before?.Id ?? '')
    .kill()
  // A request may meet the dead one before the proxy knows of its end.
  await until(async () => (await dev.fetch('/run/secrets/password')).status === 200)
  t.deepEqual({...(await dev.fetch('/run/secrets/password'))}, {status: 200, release, text: secret})
  t.not((await applicationsOf(project.name))[0]?.Id, before?.Id)
  await imm(project, 'down')
  await t.throwsAsync(readFile(place), {code: 'ENOENT'})
})

const withPaths = (project: TestProject, outside: string): string =>
  [
    `project: ${project.name}`,
    settings.trim().replaceAll('../', `${outside}/`).replace('\nbuild:', `\nbuild:\n  args: {NODE_IMAGE: ${base()}}`),
    '',
  ].join('\n')

const base = (): string => process.env['IMM_TEST_BASE_NODE'] ?? 'imm-base/node:local'

const printed = async (project: TestProject, ...args: string[]): Promise<string> => {
  const {stdout, stderr} = await imm(project, ...args)
  return stdout + stderr
}

/** Files below a directory that hold one of the texts. */
const foundIn = async (directory: string, texts: readonly string[]): Promise<string[]> => {
  const entries = await readdir(directory, {recursive: true, withFileTypes: true}).catch(() => [])
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
  const held = await Promise.all(files.map(async (file) => readFile(file, 'latin1').catch(() => '')))
  return files.filter((_, index) => texts.some((text) => held[index]?.includes(text)))
}

/** Paths in all layers of an image, and its config, as they are saved. */
const inArchive = async (id: string, texts: readonly string[]): Promise<string[]> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-image-'))
  try {
    const archive = await docker().getImage(id).get()
    await pipeline(archive, createWriteStream(path.join(directory, 'image.tar')))
    await execa('tar', ['-x', '-C', directory, '-f', path.join(directory, 'image.tar')])
    await rm(path.join(directory, 'image.tar'))
    return await foundIn(directory, texts)
  } finally {
    await rm(directory, {recursive: true, force: true})
  }
}
