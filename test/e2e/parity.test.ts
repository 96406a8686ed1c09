import {mkdir, readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'

import type {ExecutionContext} from 'ava'

import {junitMistakes} from '../parity/report/formats/junit-schema.ts'
import {sarifMistakes} from '../parity/report/formats/sarif-schema.ts'
import {projectToBuild} from '../support/built-images.ts'
import {startDev} from '../support/dev.ts'
import {applicationsOf, docker, imagesOf} from '../support/engine-socket.ts'
import {imm, immIn, jsonLines, type Finished} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import type {TestProject} from '../support/project.ts'

/** The project's image under another name. */
const build = async (t: ExecutionContext, project: TestProject, tag: string): Promise<string> => {
  const {exitCode, stderr} = await imm(project, 'build', '--tag', `imm-test/${project.name}:${tag}`)
  t.is(exitCode, 0, stderr)
  return `image:imm-test/${project.name}:${tag}`
}

const outcome = ({stdout}: Finished) => {
  const lines = jsonLines(stdout)
  const findings = lines
    .filter(({type}) => type === 'finding')
    .map(({rule, subject}) => `${String(rule)} ${String(subject)}`)
  return {findings, end: lines.at(-1) ?? {}}
}

const greeting = '/app/src/greeting.txt'

test('images of the same source are the same, of another they differ in the file that was changed', async (t) => {
  await using project = await projectToBuild()
  const first = await build(t, project, '1')
  await project.write('src/greeting.txt', 'something else')
  const second = await build(t, project, '2')

  const same = await imm(project, 'parity', first, first, '--json')
  t.is(same.exitCode, 0, same.stderr)
  t.like(outcome(same), {findings: [], end: {type: 'parity', verdict: 'same', a: {name: first}, b: {name: first}}})

  const differs = await imm(project, 'parity', first, second, '--json')
  t.is(differs.exitCode, 2, differs.stderr)
  t.like(outcome(differs), {findings: [`files.content ${greeting}`], end: {verdict: 'different', counts: {error: 1}}})
  const never = await imm(project, 'parity', first, second, '--fail-on', 'never')
  t.is(never.exitCode, 0, never.stderr)
  t.regex(
    never.stdout,
    /^files\n {2}error +\/app\/src\/greeting\.txt .* A .* B .*\[files\.content\]\n\ndiffers: 1 error$/m,
  )
})

test('the working tree is compared with what imm.yaml names, by its rules and exceptions', async (t) => {
  await using project = await projectToBuild()
  const deployed = await build(t, project, 'deployed')
  const settings = await readFile(path.join(project.directory, 'imm.yaml'), 'utf8')
  const named = `${settings}\nparity:\n  against: ${deployed}\n`
  await project.write('imm.yaml', named)
  const same = await imm(project, 'parity', '--json')
  t.is(same.exitCode, 0, same.stderr)
  t.like(outcome(same), {findings: [], end: {a: {name: 'the working tree'}, b: {name: deployed}}})
  t.deepEqual(
    (await imagesOf(project.name)).flatMap(({RepoTags}) => RepoTags ?? []).filter((name) => name.includes('building')),
    [],
    'what was built for it is gone',
  )

  await project.write('src/greeting.txt', 'something else')
  t.is((await imm(project, 'parity')).exitCode, 2)
  const allowing = (until: string) =>
    `${named}  exceptions:\n    - {rule: files.*, subject: /app/src/*, reason: shown on Monday, until: ${until}}\n`
  await project.write('imm.yaml', allowing('2999-12-31'))
  const allowed = await imm(project, 'parity')
  t.is(allowed.exitCode, 0, allowed.stderr)
  t.regex(allowed.stdout, /^allowed: files\.content; the first exception ends with 2999-12-31$/m)
  await project.write('imm.yaml', allowing('2020-01-01'))
  const expired = await imm(project, 'parity', '--json')
  t.is(expired.exitCode, 2, expired.stderr)
  t.deepEqual(outcome(expired).findings.toSorted(), [
    `files.content ${greeting}`,
    'policy.exception-expired files.* /app/src/*',
  ])
  await project.write('imm.yaml', `${named}  rules: {files.contnt: off, files.content: warning}\n`)
  const warned = await imm(project, 'parity')
  t.is(warned.exitCode, 0, warned.stderr)
  t.regex(warned.stderr, /there is no rule files\.contnt; did you mean files\.content\?/)
  t.is((await imm(project, 'parity', '--fail-on', 'warning')).exitCode, 2)
})

test('what can not be compared is never the same: not a side that is missing or damaged, nor an area that was asked for', async (t) => {
  await using project = await projectToBuild()
  const image = await build(t, project, '1')
  const missing = await imm(project, 'parity', image, 'image:imm-test/nowhere:1', '--report', 'junit=j.xml', '--json')
  t.is(missing.exitCode, 1, missing.stderr)
  t.like(jsonLines(missing.stdout).at(-1), {type: 'error', code: 'SIDE_NOT_FOUND'})
  const junit = await readFile(path.join(project.directory, 'j.xml'), 'utf8')
  t.true(junit.includes('<error type="uncompared" message="SIDE_NOT_FOUND: '), junit)

  await writeFile(path.join(project.directory, 'cut.tar'), Buffer.alloc(700, 1))
  const damaged = await imm(project, 'parity', image, 'archive:cut.tar', '--fail-on', 'never')
  t.is(damaged.exitCode, 1, damaged.stdout)

  const run = await imm(project, 'parity', image, image, '--only', 'run')
  t.is(run.exitCode, 1, run.stdout)
  t.regex(run.stdout, /^not compared: run: neither side says how it is run: name what runs it, /m)
  t.regex(run.stdout, /^not all could be compared$/m)
  t.is((await imm(project, 'parity', image, image, '--only', 'files,image')).exitCode, 0)
  const os = await imm(project, 'parity', image, image, '--only', 'files,os')
  t.is(os.exitCode, 1, 'the image has no packages')
  t.regex(os.stdout, /^not compared: os: neither image has a release file of its system, or a database of packages$/m)
  t.is((await imm(project, 'parity', image, image, '--only', 'fils')).exitCode, 64)
  const nothing = await imm(project, 'parity', image)
  t.is(nothing.exitCode, 64)
  t.regex(nothing.stderr, /there is nothing to compare image:\S+ with/)
})

test('all reports are written at once, each as its readers want it', async (t) => {
  await using project = await projectToBuild()
  const first = await build(t, project, '1')
  await project.write('src/greeting.txt', 'something else')
  const second = await build(t, project, '2')
  const out = path.join(project.directory, 'out')
  await mkdir(out)
  const reports = ['sarif=out/p.sarif', 'junit=out/p.xml', 'gitlab=out/p.json', 'markdown=out/p.md', 'github']
  const told = await immIn(
    project,
    {env: {GITHUB_STEP_SUMMARY: path.join(out, 'summary.md')}},
    'parity',
    first,
    second,
    '--json',
    ...reports.flatMap((one) => ['--report', one]),
  )
  t.is(told.exitCode, 2, told.stderr)
  t.is(outcome(told).end['verdict'], 'different', 'nothing but JSON is on stdout')
  t.regex(told.stderr, /^::error file=Dockerfile,title=files\.content%3A \/app\/src\/greeting\.txt::/m)
  const read = async (name: string) => readFile(path.join(out, name), 'utf8')
  t.deepEqual(sarifMistakes()(JSON.parse(await read('p.sarif'))), [])
  t.deepEqual(await junitMistakes(await read('p.xml')), [])
  t.like(JSON.parse(await read('p.json')), [{check_name: 'files.content', location: {path: 'Dockerfile'}}])
  t.regex(await read('p.md'), /^## imm parity: different$/m)
  t.is(await read('summary.md'), await read('p.md'))
})

test('a side that changes nothing on the engine leaves it as it was', async (t) => {
  await using project = await projectToBuild()
  const image = await build(t, project, '1')
  const list = async () => (await imagesOf(project.name)).flatMap(({RepoTags}) => RepoTags ?? []).toSorted()
  const before = [
    await list(),
    (await docker().listContainers({all: true})).filter(({Image}) => Image.includes(project.name)),
  ]
  t.is((await imm(project, 'parity', '.', image)).exitCode, 0)
  t.deepEqual(
    [await list(), (await docker().listContainers({all: true})).filter(({Image}) => Image.includes(project.name))],
    before,
  )
})

test("the working tree is the same as what imm runs of it: what imm adds to that is nobody's difference", async (t) => {
  await using project = await projectToBuild({
    settings: 'env: {LOG: debug, API_TOKEN: hunter2hunter2}\nresources: {memory: 128m}\ntmpfs: [/scratch]',
  })
  await using dev = startDev(project)
  await dev.goesLive()
  const same = async (...sides: string[]) => {
    const told = await imm(project, 'parity', ...sides, '--json')
    t.is(told.exitCode, 0, told.stderr)
    t.like(outcome(told), {findings: [], end: {verdict: 'same'}}, sides.join())
    t.true((outcome(told).end['compared'] as string[]).includes('run'))
  }
  await same('.', 'env:main')
  const [container] = await applicationsOf(project.name)
  await same(`container:${container?.Id}`, '.')
  t.is((await imm(project, 'parity', 'lock', 'env:main', '-o', '../main.lock')).exitCode, 0)
  await same('lock:../main.lock', '.')

  // imm dev takes what is asked for here up at once, the lock file does not.
  await project.write('imm.yaml', `${await readFile(path.join(project.directory, 'imm.yaml'), 'utf8')}user: "0"\n`)
  const other = await imm(project, 'parity', '.', 'lock:../main.lock', '--only', 'config,run', '--json')
  t.is(other.exitCode, 2, other.stderr)
  t.deepEqual(outcome(other).findings, ['config.user user'])
})

const manifest = (mode: string) => `kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers: [{name: web, image: registry.example/nowhere:1, env: [{name: MODE, value: ${mode}}]}]
`

test('two manifests whose images are not here are not the same, with an engine or without; their settings alone may be', async (t) => {
  await using project = await projectToBuild()
  await project.write('a.yaml', manifest('a'))
  await project.write('b.yaml', manifest('b'))
  const [a, b] = ['k8s:a.yaml#Deployment/web', 'k8s:b.yaml#Deployment/web']
  for (const env of [{}, {DOCKER_HOST: 'unix:///nowhere/docker.sock'}]) {
    const whole = await immIn(project, {env}, 'parity', a, a, '--json')
    t.is(whole.exitCode, 1, whole.stderr)
    t.like(outcome(whole), {findings: [], end: {verdict: 'incomplete', compared: ['config', 'run']}})
    t.deepEqual(
      (outcome(whole).end['uncompared'] as {area: string}[]).map(({area}) => area),
      ['image', 'os', 'runtimes', 'dependencies', 'files'],
      'what both leave to an image of one name is the same',
    )
    t.is((await immIn(project, {env}, 'parity', a, a, '--only', 'run')).exitCode, 0)
    t.is((await immIn(project, {env}, 'parity', a, b, '--only', 'run', '--fail-on', 'warning')).exitCode, 2)
  }
})
