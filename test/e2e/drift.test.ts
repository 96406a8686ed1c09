import type {ExecutionContext} from 'ava'
import {execa} from 'execa'

import {startDev} from '../support/dev.ts'
import {applicationsOf, docker, imagesOf} from '../support/engine-socket.ts'
import {imm, immBin, immEnv, jsonLines, type Finished} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject, type TestProject} from '../support/project.ts'

const dockerfile = `ARG NODE_IMAGE
FROM \${NODE_IMAGE}
WORKDIR /app
COPY package.json ./
COPY src ./src
RUN mkdir public extra && echo one > public/one && echo two > extra/two && ln -s one public/link && echo three > three && chown 1000:1000 /app
EXPOSE 3000
USER 1000
CMD ["node", "src/server.js"]
`

/** Writes only where it was allowed to, at its start. */
const tidy = `import {createServer} from 'node:http'
import {writeFileSync} from 'node:fs'
for (const directory of ['/data', '/tmp']) writeFileSync(directory + '/mine', 'written')
createServer((request, response) => response.end('hello')).listen(3000)
`

/** Runs a command in the only container of a project, as root, behind imm's back. */
const inside = async (container: string, ...command: string[]): Promise<void> => {
  await execa('docker', ['exec', '--user', '0', container, ...command])
}

const idOf = async ({name}: TestProject): Promise<string> => {
  const [only, ...others] = await applicationsOf(name)
  if (!only || others.length > 0) throw new Error(`${others.length + 1} containers instead of one`)
  return only.Id
}

const differencesOf = (t: ExecutionContext, {stdout}: Finished, count: number) => {
  const lines = jsonLines(stdout)
  const found = lines.filter(({type}) => type === 'difference')
  t.like(lines.at(-1), {type: 'drift', drifted: count > 0, count})
  return found
}

const node = (script: string): string[] => ['node', '-e', `const fs = require('node:fs'); ${script}`]

test('every kind of change in a running container is found and named, and none in one that writes where it may', async (t) => {
  const settings = 'volumes: [data:/data]\ntmpfs: /tmp\nresources: {memory: 256m}\nenv: {LOG: debug}'
  const files = {Dockerfile: dockerfile.replace('USER 1000\n', ''), 'src/server.js': tidy}
  await using project = await testProject({files, settings})
  await using dev = startDev(project)
  const {release} = await dev.goesLive()
  const id = await idOf(project)
  const clean = await imm(project, 'drift', '--json')
  t.deepEqual(differencesOf(t, clean, 0), [])
  t.is(clean.exitCode, 0, clean.stderr)

  await inside(
    id,
    ...node(`
      fs.writeFileSync('/app/added', 'new')
      fs.appendFileSync('/app/package.json', '\\n')
      fs.rmSync('/app/public/one')
      fs.chmodSync('/app/src/server.js', 0o600)
      fs.chownSync('/app/extra/two', 12, 34)
      fs.rmSync('/app/public/link'); fs.symlinkSync('two', '/app/public/link')
      fs.mkdirSync('/uploads/a', {recursive: true}); fs.writeFileSync('/uploads/a/file', ''); fs.writeFileSync('/uploads/b', '')
      fs.rmSync('/app/three'); fs.mkdirSync('/app/three'); fs.writeFileSync('/app/three/below', '')
      fs.chmodSync('/app/extra', 0o700)
      fs.rmSync('/app/src/greeting.txt')
      fs.utimesSync('/app/src', 1e9, 1e9)
      fs.writeFileSync('/data/more', ''); fs.writeFileSync('/tmp/more', '')
    `),
  )
  await execa('docker', ['update', '--memory', '300m', '--memory-swap', '300m', '--cpus', '1', id])
  const [app] = await applicationsOf(project.name)
  const attached = app?.Labels['imm.sandbox'] ?? id
  const network = `imm-test-${project.name}`
  await execa('docker', ['network', 'create', network])
  t.teardown(async () => void (await execa('docker', ['network', 'rm', network])))
  await execa('docker', ['network', 'connect', network, attached])
  const bases = await docker().listImages({filters: {label: ['imm.base']}})
  const base = bases.find(({Labels}) => Labels['imm.project'] === undefined)
  const [image] = await imagesOf(project.name)
  const reference = image?.RepoTags?.find((name) => name.endsWith(release)) ?? ''
  await execa('docker', ['tag', base?.Id ?? '', reference])

  const finished = await imm(project, 'drift', '--json')
  t.is(finished.exitCode, 2, finished.stderr)
  const found = differencesOf(t, finished, 14).map(({kind, path, key, node: what, below, what: aspects}) =>
    kind === 'setting'
      ? `${kind} ${key as string}`
      : `${kind as string} ${path as string} ${what as string} ${below as number} ${(aspects as {aspect: string}[]).map(({aspect}) => aspect).join()}`,
  )
  t.deepEqual(found.toSorted(), [
    'added /app/added file 0 ',
    'added /uploads directory 3 ',
    'changed /app/extra directory 0 mode',
    'changed /app/extra/two file 0 owner',
    'changed /app/package.json file 0 content',
    'changed /app/public/link link 0 target',
    'changed /app/src/server.js file 0 mode',
    'changed /app/three directory 1 kind',
    'deleted /app/public/one file 0 ',
    'deleted /app/src/greeting.txt file 0 ',
    'setting cpus',
    'setting image',
    'setting memory',
    'setting networks',
  ])
  const told = await imm(project, 'drift')
  t.is(told.exitCode, 2)
  t.regex(told.stdout, new RegExp(`^${release} \\(live\\): 14 differences$`, 'm'))
  t.regex(told.stdout, /^ {2}memory +256 MiB, now 300 MiB$/m)
  t.regex(
    told.stdout,
    /^ {2}declare +in imm\.yaml tmpfs: \[\/uploads\] \(forgotten\) or volumes: \[uploads:\/uploads\] \(kept\)$/m,
  )
  const shown = await imm(project, 'drift', '--show', '/app/package.json')
  t.is(shown.exitCode, 2)
  t.regex(shown.stdout, /^--- image\/app\/package\.json\n\+\+\+ container\/app\/package\.json\n@@ .*\n(?: .*\n)+\+$/)
  const status = await imm(project, 'status', '--verbose')
  // On a busy machine a second is not enough; what it says then is part of what it promises.
  t.regex(
    status.stdout,
    new RegExp(`^${release}.* (drifted: .* and \\d+ more.*|could not be found out in time): imm drift`, 'm'),
  )
  await execa('docker', ['network', 'disconnect', network, attached])
})

test('imm exec runs a command in the live container, passes its exit code on, and is remembered until that is gone', async (t) => {
  await using project = await testProject()
  await using dev = startDev(project)
  const {release} = await dev.goesLive()
  const options = {cwd: project.directory, env: immEnv(project), reject: false} as const
  const exec = (input: string, ...command: string[]) =>
    execa(process.execPath, [immBin, 'exec', '--', ...command], {...options, input})
  const read = await exec('typed', 'node', '-e', "process.stdin.pipe(process.stdout); console.error('beside')")
  t.like(read, {exitCode: 0, stdout: 'typed', stderr: 'beside'})
  t.is((await exec('', 'node', '-e', 'process.exit(7)')).exitCode, 7)
  t.like(await dev.next('touched'), {release, command: 'node'})
  const {stdout, exitCode} = await imm(project, 'drift')
  t.is(exitCode, 0)
  t.regex(stdout, /touched +by imm exec \(node\) /)
  t.regex((await imm(project, 'status')).stdout, new RegExp(`^${release} was touched by imm exec \\(node\\) at `, 'm'))
  await project.write('src/greeting.txt', 'again')
  await dev.goesLive()
  t.notRegex((await imm(project, 'drift')).stdout, /touched[^]*\(warm\)/)
})

test('with immutable: strict nothing but what is declared and /tmp can be written, and who tries is told how to declare it', async (t) => {
  const files = {Dockerfile: dockerfile, 'src/server.js': tidy}
  await using project = await testProject({files, settings: 'immutable: strict\nuser: "0"\nvolumes: [data:/data]'})
  await using dev = startDev(project)
  await dev.goesLive()
  t.is((await imm(project, 'drift')).exitCode, 0)
  await project.write('src/server.js', tidy.replace("'/tmp'", "'/app'"))
  const {code, next} = await dev.next('rejected')
  t.is(code, 'CRASHED')
  t.regex(next, /wrote to \/app\/mine.*`tmpfs:`/)
  t.is((await dev.fetch()).status, 200)
})
