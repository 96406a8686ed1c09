import {execa} from 'execa'

import {servers} from '../support/compose-project.ts'
import {containersOf, docker, imagesOf} from '../support/engine-socket.ts'
import {imm, jsonLines} from '../support/imm.ts'
import {onServers} from '../support/on-servers.ts'
import {testProject} from '../support/project.ts'
import {begin, request} from '../support/traffic-request.ts'

const compose = (node: string, redis: string) => `
services:
  web:
    build: {context: ., args: {NODE_IMAGE: "${node}"}}
    ports: ["3000"]
    volumes: [data:/data]
    depends_on: [cache]
  cache:
    image: ${redis}
volumes: {data: {}}
x-imm:
  previews:
    access: login
    env: {GREETING: hello}
    seed: {data: {directory: seed}}
`

const dockerfile =
  'ARG NODE_IMAGE\nFROM ${NODE_IMAGE}\nCOPY server.js /server.js\nEXPOSE 3000\nCMD ["node", "/server.js"]\n'

// Counts in the volume on /count; everything else asks the cache whether it is there.
const server = (version: string) => `
const fs = require('node:fs'), net = require('node:net')
require('node:http').createServer((req, res) => {
  if (req.url === '/count') {
    const count = Number(fs.readFileSync('/data/count', 'utf8')) + 1
    fs.writeFileSync('/data/count', String(count))
    return res.end('${version} ' + process.env.GREETING + ' ' + count)
  }
  const socket = net.connect(6379, 'cache', () => socket.write('PING\\r\\n'))
  socket.once('data', (data) => { res.end(String(data).trim()); socket.destroy() })
  socket.once('error', (error) => { res.statusCode = 502; res.end(error.message) })
}).listen(3000)
process.on('SIGTERM', () => process.exit(0))
`

onServers(
  ['redis'],
  'previews of a Compose project have data of their own, sleep, wake and leave nothing',
  async (t) => {
    const node = process.env['IMM_TEST_BASE_NODE'] ?? 'imm-base/node:local'
    await using project = await testProject({
      fixture: null,
      settings: null,
      files: {
        'compose.yaml': compose(node, servers.redis ?? ''),
        Dockerfile: dockerfile,
        'server.js': server('first'),
        'seed/count': '40',
      },
    })
    const git = async (...args: string[]) =>
      execa('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {cwd: project.directory})
    await git('init', '-q', '-b', 'main')
    await git('add', '.')
    await git('commit', '-qm', 'First')
    await git('branch', 'one')
    await git('branch', 'two')
    const run = async (...args: string[]) => {
      const {exitCode, stdout, stderr} = await imm(project, ...args, '--json')
      t.is(exitCode, 0, `${args.join(' ')}: ${stdout}${stderr}`)
      return jsonLines(stdout)
    }
    /** Asks with the cookie that a share link of the preview gives. */
    const visitor = async (name: string, url: string) => {
      const {port, host} = new URL(url)
      const origin = `http://127.0.0.1:${port}`
      const link = new URL(String((await run('preview', 'share', name)).find(({type}) => type === 'link')?.['url']))
      const given = await begin({origin, host, path: `${link.pathname}${link.search}`})
      given.resume()
      const cookie = given.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
      return async (path: string, headers: Record<string, string> = {cookie}) => request({origin, host, path, headers})
    }
    try {
      const ups = (await run('preview', 'up', 'one', 'two')).filter(({type}) => type === 'preview')
      const urlOf = (name: string) => String(ups.find((up) => up['name'] === name)?.['url'])
      const [one, two] = [await visitor('one', urlOf('one')), await visitor('two', urlOf('two'))]
      t.is((await one('/', {})).status, 401)
      t.like(await one('/'), {status: 200, body: '+PONG'})
      t.is((await one('/count')).body, 'first hello 41')
      t.is((await one('/count')).body, 'first hello 42')
      t.is((await two('/count')).body, 'first hello 41')

      await git('checkout', '-q', 'one')
      await project.write('server.js', server('second'))
      await git('commit', '-qam', 'Second')
      await run('preview', 'up', 'one')
      t.is((await one('/count')).body, 'second hello 43')

      await run('preview', 'stop', 'one')
      const states = async () =>
        (await containersOf(project.name))
          .filter(({Labels}) => Labels['imm.environment'] === 'one')
          .map(({State}) => State)
      t.deepEqual(await states(), ['exited', 'exited'], 'the cache, too')
      t.like(await one('/'), {status: 200, body: '+PONG'})
      t.is((await one('/count')).body, 'second hello 44')
    } finally {
      await run('preview', 'down', '--all')
    }
    const filters = JSON.stringify({label: [`imm.project=${project.name}`]})
    t.deepEqual(await containersOf(project.name), [])
    t.deepEqual(await imagesOf(project.name), [])
    t.deepEqual((await docker().listVolumes({filters})).Volumes, [])
    t.deepEqual(await docker().listNetworks({filters}), [])
    await imm(project, 'proxy', 'stop')
  },
)
