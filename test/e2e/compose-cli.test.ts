import {startDev} from '../support/dev.ts'
import {followLogs} from '../support/follow-logs.ts'
import {imm, jsonLines} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject, type TestProject} from '../support/project.ts'

const node = process.env['IMM_TEST_BASE_NODE'] ?? 'imm-base/node:local'

const app = (name: string, port: number): Record<string, string> => ({
  [`${name}/Dockerfile`]: `FROM ${node}\nWORKDIR /app\nCOPY . .\nEXPOSE ${port}\nCMD ["node", "server.mjs"]\n`,
  [`${name}/server.mjs`]: `import {readFileSync} from 'node:fs'
import {createServer} from 'node:http'
const version = readFileSync('version.txt', 'utf8').trim()
createServer((_request, response) => response.end(version)).listen(${port}, () => console.log('${name} ' + version))
`,
  [`${name}/version.txt`]: '1\n',
})

const compose = `services:
  api:
    build: ./api
    cap_drop: [NET_RAW]
    volumes: ["notes:/notes"]
  web:
    build: ./web
    ports: ["3000"]
    depends_on: [api, db]
  db:
    image: ${node}
    command: [node, -e, "console.log('db ready'); setInterval(() => {}, 1000)"]
    init: true
volumes: {notes: {}}
`

test('commands without --app are about the whole of a Compose application, and a release says whose it is', async (t) => {
  await using project = await testProject({
    fixture: null,
    settings: null,
    files: {...app('web', 3000), ...app('api', 4000), 'compose.yaml': compose},
  })
  await using dev = startDev(project)
  const [web, api] = await Promise.all([dev.goesLive('web'), dev.goesLive('api')])
  await using followed = followLogs(project, 'web', 'db')
  await followed.until(() => ['web 1', 'db ready'].every((text) => followed.lines.some((line) => line.text === text)))
  await project.write('web/version.txt', '2\n')
  const next = await dev.goesLive('web')
  await followed.until(() => followed.lines.some(({text, release}) => text === 'web 2' && release === next.release))
  t.deepEqual(namesIn(followed.lines), ['db', 'web'])

  const [logs, history, releases, proofs, top, ports, status, opened, shown, graph] = await Promise.all([
    told(project, 'logs'),
    told(project, 'history'),
    told(project, 'releases'),
    told(project, 'history', '--verify'),
    told(project, 'top', '-n', '1'),
    told(project, 'ports', '--all'),
    imm(project, 'status'),
    imm(project, 'open', '--print'),
    imm(project, 'show', api.release.split('-')[0] ?? ''),
    told(project, 'graph'),
  ])
  t.deepEqual(namesIn(logs), ['api', 'db', 'web'])
  t.true(isByTime(logs))
  t.deepEqual(namesIn(history), ['api', 'web'])
  t.true(isByTime(history))
  t.deepEqual(
    releases.map((line) => `${String(line['app'])} ${String(line['release'])}`).toSorted(),
    [`api ${api.release}`, `web ${next.release}`, `web ${web.release}`].toSorted(),
  )
  t.is(releases[0]?.['release'], next.release)
  t.deepEqual(
    proofs.map((line) => [line['app'], line['intact']]),
    [
      ['api', true],
      ['web', true],
    ],
  )
  t.true(['api', 'web'].every((name) => top.some((line) => line['app'] === name)))
  t.like(
    ports.find(({kind, name}) => kind === 'door' && name === 'api'),
    {address: 'http://api:4000', containerPort: 4000},
  )
  const published = ports.find(({name, address}) => name === 'web' && String(address).startsWith('http://127.0.0.1:'))
  t.is(await (await fetch(String(published?.['address']))).text(), '2')
  const lines = status.stdout.split('\n').slice(0, status.stdout.split('\n').indexOf(''))
  t.deepEqual(
    lines.filter((line) => line.startsWith(`${project.name}/main`)).map((line) => line.split(/ +/)[1]),
    ['api'],
  )
  t.true(lines.some((line) => /^ +web +r\d/.test(line)))
  t.is(opened.stdout, next.url)
  t.regex(shown.stdout, new RegExp(`^${api.release}: live`))
  t.regex(shown.stdout, /^ {2}capabilities +-NET_RAW$/m)
  t.regex(shown.stdout, /^ {2}volumes +notes on \/notes$/m)
  t.deepEqual((graph[0]?.['nodes'] as {name: string}[] | undefined)?.map(({name}) => name).toSorted(), [
    'api',
    'db',
    'web',
  ])

  const [ambiguous, unknown, wrong, twice, foreign, printed, clean] = await Promise.all([
    imm(project, 'exec', '--', 'true'),
    imm(project, 'logs', 'web', 'cache'),
    imm(project, 'show', 'r99'),
    imm(project, 'logs', '--service', 'db', '--app', 'web'),
    imm(project, 'show', web.release, '--against', api.release),
    told(project, 'logs', api.release),
    imm(project, 'drift', '--json'),
  ])
  t.regex(ambiguous.stderr, /APP_NOT_FOUND: .* has several apps: api, web/)
  t.regex(unknown.stderr, /APP_NOT_FOUND: .* no app or service "cache"; it has api, web, db/)
  t.regex(wrong.stderr, /RELEASE_NOT_FOUND: .*\(api, web\) tells nothing of r99/)
  t.is(twice.exitCode, 64, twice.stderr)
  t.regex(foreign.stderr, /RELEASE_NOT_FOUND: the history of web tells nothing of r\d/)
  t.deepEqual(namesIn(printed), ['api'])
  t.is(clean.exitCode, 0, clean.stderr)
  const touched = await imm(project, 'exec', '--app', 'api', '--', 'node', '-e', "fs.writeFileSync('/app/by-hand', '')")
  t.is(touched.exitCode, 0, touched.stderr)
  const [drift, back] = await Promise.all([
    imm(project, 'drift', '--json'),
    imm(project, 'rollback', web.release.split('-')[0] ?? '', '--json'),
  ])
  t.is(drift.exitCode, 2)
  t.deepEqual(
    jsonLines(drift.stdout).flatMap((line) => (line['type'] === 'drift' && line['drifted'] ? [line['app']] : [])),
    ['api'],
  )
  t.is(back.exitCode, 0, back.stderr)
  t.like(jsonLines(back.stdout).at(-1), {type: 'rollback', environment: 'main', app: 'web', release: web.release})
  t.is((await dev.next('live', ({cause}) => cause === 'rollback')).app, 'web')

  // Nobody runs: what was is told all the same, and of the ports that there are none.
  await dev.stop()
  t.is((await told(project, 'history', '-n', '5')).length, 5)
  t.is((await imm(project, 'ports')).exitCode, 0)
})

const told = async (project: TestProject, ...args: readonly string[]): Promise<Record<string, unknown>[]> =>
  jsonLines((await imm(project, ...args, '--json')).stdout)

const namesIn = (lines: readonly {app?: unknown; service?: unknown}[]): string[] =>
  [...new Set(lines.map(({app: name, service}) => String(name ?? service)))].toSorted()

const isByTime = (lines: readonly Record<string, unknown>[]): boolean => {
  const times = lines.map((line) => Date.parse(String(line['time'])))
  return times.every((time, index) => index === 0 || time >= (times[index - 1] ?? time))
}
