import {readFileSync} from 'node:fs'

import test from 'ava'

import {certificateFindings} from '../../src/doctor/certificates.ts'
import {heldFindings, spaceFindings} from '../../src/doctor/disk.ts'
import {engineFindings} from '../../src/doctor/engine.ts'
import type {Finding} from '../../src/doctor/finding.ts'
import {firewallFacts, firewallFindings} from '../../src/doctor/firewall.ts'
import {httpProxyFindings} from '../../src/doctor/http-proxy.ts'
import {leftoverFindings} from '../../src/doctor/leftovers.ts'
import {nameFindings} from '../../src/doctor/names.ts'
import {openFilesFindings, openFilesLimit} from '../../src/doctor/open-files.ts'
import {permissionFindings, type DirectoryFacts} from '../../src/doctor/permissions.ts'
import {portFindings} from '../../src/doctor/port.ts'
import {projectFindings} from '../../src/doctor/project.ts'
import {isSupported, versionFindings} from '../../src/doctor/versions.ts'
import {watchFindings, type WatchFacts} from '../../src/doctor/watches.ts'
import {ImmError} from '../../src/errors.ts'
import type {EngineFacts} from '../../src/lifecycle/ports.ts'

const levels = (findings: readonly Finding[]) => findings.map(({level}) => level)
const text = (findings: readonly Finding[]) =>
  findings.map(({message, remedy = ''}) => `${message}\n${remedy}`).join('\n')

const docker: EngineFacts = {
  name: 'Docker Engine',
  version: '28.0.0',
  apiVersion: '1.48',
  endpoint: 'unix:///var/run/docker.sock',
  builder: 'buildkit',
  reach: 'address',
  dataRoot: '/var/lib/docker',
}

const why = (facts: Partial<EngineFacts>, asked = false) => text(engineFindings({...docker, ...facts}, asked))

test('an engine is told with how containers are reached, and why', (t) => {
  t.regex(why({}), /by their address, since the engine shares this machine's network/)
  t.regex(why({reach: 'published', dataRoot: undefined}), /loopback port each, since .* a virtual machine or elsewhere/)
  t.regex(why({reach: 'published'}), /loopback port each, since the engine runs rootless/)
  t.regex(why({reach: 'published'}, true), /loopback port, as IMM_REACH says/)
})

test('an engine older than API 1.40 is a note', (t) => {
  t.deepEqual(levels(engineFindings({...docker, apiVersion: '1.40'}, false)), ['ok'])
  t.deepEqual(levels(engineFindings({...docker, apiVersion: '1.39'}, false)), ['ok', 'note'])
})

test('the Node.js versions that are well are those of package.json', (t) => {
  const {engines} = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    engines: {node: string}
  }
  t.is(engines.node, '^24.12 || >=26', 'with this, src/doctor/versions.ts and bin/run.js change')
  for (const version of ['v24.12.0', 'v24.21.0', 'v26.0.0', 'v27.1.0']) t.true(isSupported(version), version)
  for (const version of ['v20.20.2', 'v22.22.0', 'v24.11.9', 'v25.9.0']) t.false(isSupported(version), version)
})

test('an old Node.js is a problem, a missing git a note', (t) => {
  const facts = {imm: '1.0.0', node: 'v24.12.0', execPath: '/usr/bin/node', git: '2.39.5'}
  t.deepEqual(levels(versionFindings(facts)), ['ok'])
  t.deepEqual(levels(versionFindings({...facts, git: undefined})), ['ok', 'note'])
  t.regex(text(versionFindings({...facts, node: 'v22.1.0'})), /v22\.1\.0 \(\/usr\/bin\/node\)/)
})

const home: DirectoryFacts = {
  purpose: 'state',
  path: '/home/ann/imm',
  closest: '/home/ann/imm',
  isDirectory: true,
  writable: true,
  mode: 0o700,
  owner: 1000,
}
const permissions = (facts: Partial<DirectoryFacts>) => permissionFindings({...home, ...facts}, 1000)

test("a directory of one's own is well, also before it is made", (t) => {
  t.deepEqual(levels(permissions({})), ['ok'])
  t.deepEqual(levels(permissions({closest: '/home/ann', mode: 0o755})), ['ok'])
  t.deepEqual(levels(permissions({mode: undefined, owner: undefined})), ['ok'])
})

test('a directory that can not be written is a problem, with the command that helps its owner', (t) => {
  t.deepEqual(levels(permissions({writable: false})), ['problem'])
  t.regex(text(permissions({writable: false})), /\n {2}chmod u\+rwx \/home\/ann\/imm/)
  t.regex(text(permissions({writable: false, owner: 0})), /\n {2}sudo chown -R "\$\(id -un\)" \/home\/ann\/imm/)
  const parent = permissions({writable: false, owner: 0, closest: '/home'})
  t.notRegex(text(parent), /chown/, "somebody else's parent directory is left alone")
  t.regex(text(permissions({isDirectory: false})), /is a file/)
})

test('a directory open to others, or of another user, is a note', (t) => {
  t.regex(text(permissions({mode: 0o755})), /mode 0755\nClose it:\n {2}chmod 700/)
  t.deepEqual(levels(permissions({mode: 0o710})), ['note'])
  t.deepEqual(levels(permissions({owner: 0})), ['note'])
})

test('a path is quoted for the shell', (t) => {
  const odd = "/home/o'neil/my imm"
  t.regex(text(permissions({path: odd, closest: odd, mode: 0o777})), /chmod 700 '\/home\/o'\\''neil\/my imm'/)
})

const free = (freeBytes: number, freeInodes?: number) =>
  levels(spaceFindings({what: "imm's state", path: '/x', freeBytes, freeInodes}))

test('little space is a note below 5 GB, a problem below 1 GB', (t) => {
  t.deepEqual(free(5e9), ['ok'])
  t.deepEqual(free(4.99e9), ['note'])
  t.deepEqual(free(0.99e9), ['problem'])
  t.deepEqual(free(50e9, 40_000), ['note'], 'inodes run out, too')
  t.deepEqual(free(50e9, 4000), ['problem'])
})

test('what imm holds counts an image once, however many names it has', (t) => {
  const image = {id: 'sha256:a', sizeBytes: 1.5e9}
  t.regex(
    text(heldFindings([image, image, {id: 'sha256:b', sizeBytes: 5e8}], 1)),
    /2 images and 1 container, at most 2\.0 GB/,
  )
  t.regex(text(heldFindings([], 0)), /no images and no containers/)
})

const watches: WatchFacts = {
  limits: {watches: 524_288, instances: 1024, queuedEvents: 16_384},
  used: {watches: 100, instances: 3},
  directories: {count: 120, more: false},
}

test('file watches are well while what is free suffices for the project', (t) => {
  t.deepEqual(levels(watchFindings(watches)), ['ok'])
  t.regex(text(watchFindings(watches)), /this project needs 120/)
  t.notRegex(text(watchFindings({...watches, directories: undefined})), /project/)
})

test('too few file watches are a note with lines that raise them for good', (t) => {
  const short = watchFindings({
    ...watches,
    limits: {...watches.limits, watches: 200},
    used: {watches: 150, instances: 3},
  })
  t.deepEqual(levels(short), ['note'])
  t.regex(text(short), /120 directories to watch, and 50 of 200 watches are free/)
  t.regex(text(short), /fs\.inotify\.max_user_watches=524288 .*\| sudo tee \/etc\/sysctl\.d\/60-imm\.conf/)
  t.regex(text(short), /sudo sysctl --load=\/etc\/sysctl\.d\/60-imm\.conf/)
  t.deepEqual(levels(watchFindings({...watches, limits: {...watches.limits, watches: 8192}})), ['note'])
})

test('inotify instances that run out, and a short queue, are notes; nothing is ever lowered', (t) => {
  const used = watchFindings({
    ...watches,
    limits: {...watches.limits, instances: 128},
    used: {watches: 1, instances: 120},
  })
  t.regex(text(used), /120 of 128 inotify instances are in use/)
  const queue = watchFindings({...watches, limits: {...watches.limits, watches: 1_000_000, queuedEvents: 1024}})
  t.regex(text(queue), /max_user_watches=1000000/)
})

const limits = (soft: string) =>
  openFilesLimit(`Limit  Soft Limit  Hard Limit  Units\nMax open files  ${soft}  20000  files\n`)

test('the limit on open files is read from /proc and judged', (t) => {
  t.is(limits('1024'), 1024)
  t.is(limits('unlimited'), Infinity)
  t.is(openFilesLimit(''), undefined)
  t.deepEqual(levels(openFilesFindings(20_000)), ['ok'])
  t.deepEqual(levels(openFilesFindings(Infinity)), ['ok'])
  t.deepEqual(levels(openFilesFindings(1024)), ['note'])
  t.deepEqual(levels(openFilesFindings(128)), ['problem'])
  t.deepEqual(openFilesFindings(undefined), [])
})

test("the port is well where it is free or imm's own proxy has it", (t) => {
  const proxy = {port: 7070, pid: 12, version: '1.0.0'}
  const nobody = {port: 7070, proxy: undefined, state: undefined, holder: undefined}
  t.deepEqual(levels(portFindings({...nobody, state: 'free'})), ['ok'])
  t.deepEqual(levels(portFindings({...nobody, proxy})), ['ok'])
  t.regex(text(portFindings({...nobody, port: 8080, proxy})), /serves on port 7070, while IMM_PROXY_PORT says 8080/)
  t.regex(
    text(portFindings({...nobody, state: 'taken', holder: 'nginx (pid 8)'})),
    /taken by nginx \(pid 8\)\nStop that/,
  )
  t.regex(text(portFindings({...nobody, state: 'taken'})), /lsof -i :7070/)
  t.deepEqual(levels(portFindings({...nobody, state: 'denied'})), ['problem'])
})

const found = (addresses: string[] | undefined, platform: NodeJS.Platform = 'linux') =>
  nameFindings({name: 'x.localhost', addresses}, 'shop.localhost', platform)

test('names that do not lead to this machine are a note with the line that helps', (t) => {
  t.deepEqual(levels(found(['::1', '127.0.0.1'])), ['ok'])
  t.deepEqual(levels(found(['127.0.0.1', '10.0.0.7'])), ['note'])
  t.regex(
    text(found([])),
    /does not resolve.*\n.*\n {2}echo '127\.0\.0\.1 shop\.localhost' \| sudo tee -a \/etc\/hosts/,
  )
  t.regex(text(found([])), /libnss-myhostname/)
  t.notRegex(text(found([], 'darwin')), /apt/)
  t.regex(text(found(undefined)), /was not resolved in time/)
})

test('an HTTP proxy that gets the requests for localhost is a note that never shows its address', (t) => {
  t.deepEqual(levels(httpProxyFindings({})), ['ok'])
  const set = {HTTP_PROXY: 'http://ann:secret@proxy:3128'}
  t.deepEqual(levels(httpProxyFindings(set)), ['note'])
  t.notRegex(text(httpProxyFindings(set)), /secret|3128/)
  for (const spared of ['localhost', '.localhost', 'corp.example, localhost', '*'])
    t.deepEqual(levels(httpProxyFindings({...set, NO_PROXY: spared})), ['ok'], spared)
  const other = httpProxyFindings({...set, NO_PROXY: 'corp.example,mylocalhost'})
  t.regex(text(other), /NO_PROXY='corp\.example,mylocalhost,localhost,\.localhost,127\.0\.0\.1,::1'/)
  t.deepEqual(levels(httpProxyFindings({HTTPS_PROXY: 'http://proxy:3128'})), ['ok'])
})

test("certificate authorities of one's own are a note about builds", (t) => {
  t.deepEqual(levels(certificateFindings([])), ['ok'])
  const facts = {name: 'NODE_EXTRA_CA_CERTS', file: '/etc/corp.pem', readable: true} as const
  t.regex(text(certificateFindings([facts])), /npm ci[^]*COPY[^]*ENV NODE_EXTRA_CA_CERTS=/)
  t.regex(text(certificateFindings([{...facts, readable: false}])), /\/etc\/corp\.pem, which can't be read/)
})

test('outside of a project only the machine is judged', (t) => {
  const error = new ImmError('PROJECT_NOT_FOUND', 'There is no Dockerfile in /x.')
  const facts = {kind: 'unusable', directory: '/x', error} as const
  t.deepEqual(levels(projectFindings({...facts, hasSettings: false})), ['ok'])
  t.deepEqual(levels(projectFindings({...facts, hasSettings: true})), ['problem'])
})

test('a project where changes are not announced, and its warnings, are notes', (t) => {
  const facts = {kind: 'found', name: 'shop', dockerfile: 'Dockerfile', context: '/mnt/c/shop'} as const
  const findings = projectFindings({...facts, ignoreFile: '.dockerignore', silentMount: '9p', warnings: ['odd']})
  t.deepEqual(levels(findings), ['ok', 'note', 'note'])
  t.regex(text(findings), /on 9p, where changes are not announced/)
})

test('containers are left over where no imm dev holds and no route reaches their environment', (t) => {
  const shop = {project: 'shop', environment: 'main', app: 'app'}
  const blog = {project: 'blog', environment: 'main', app: 'app'}
  const preview = {project: 'shop', environment: 'fix', app: 'app'}
  t.deepEqual(levels(leftoverFindings({containers: [shop, blog], held: [shop], routed: [blog]})), ['ok'])
  const left = leftoverFindings({containers: [shop, preview, preview, blog], held: [shop], routed: []})
  t.deepEqual(levels(left), ['note'])
  t.regex(text(left), /^3 containers .*: blog\/main, shop\/fix\n.*imm down --all/)
})

test('a firewall that may keep containers from this machine is told of, with the rule that lets them', (t) => {
  const on = firewallFacts('# comment\nENABLED=yes\nLOGLEVEL=low\n', 'DEFAULT_INPUT_POLICY="DROP"\n')
  t.deepEqual(levels(firewallFindings(on, 'address')), ['note'])
  t.regex(text(firewallFindings(on, 'address')), /sudo ufw allow from/)
  t.deepEqual(firewallFindings(on, 'published'), [])
  t.deepEqual(firewallFindings(undefined, 'address'), [])
  for (const facts of [
    firewallFacts('ENABLED=no\n', 'DEFAULT_INPUT_POLICY="DROP"\n'),
    firewallFacts('ENABLED=yes\n', 'DEFAULT_INPUT_POLICY="ACCEPT"\n'),
  ])
    t.deepEqual(levels(firewallFindings(facts, 'address')), ['ok'])
})

test('an application is told with what it builds and what is beside it', (t) => {
  const facts = {kind: 'application', name: 'shop', apps: ['web', 'api'], services: [], warnings: ['one']} as const
  t.is(text(projectFindings(facts)), 'shop: builds web, api, beside nothing\n\none\n')
})
