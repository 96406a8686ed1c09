import test from 'ava'

import type {BaseSide, ImageSide} from '../../../../src/parity/facts.ts'
import {betweenImages, outline} from '../found.ts'
import {dpkg, file, files, layer} from '../sides.ts'

const many = (version: string) => Object.fromEntries(Array.from({length: 40}, (_, at) => [`lib${at}`, version]))
const debian = (pointRelease: string) => ({id: 'debian', version: '12', name: 'Debian 12', pointRelease})
const node = (version: string) => [{name: 'node', version, path: '/usr/local/bin/node'}]

const base = (changes: Partial<BaseSide> = {}): BaseSide => ({
  name: 'node:24-slim',
  layers: 1,
  by: 'engine',
  os: debian('12.9'),
  packages: dpkg(many('1.0.0-1')),
  runtimes: node('24.1.0'),
  ...changes,
})

const before: Partial<ImageSide> = {
  base: base(),
  os: debian('12.9'),
  packages: dpkg(many('1.0.0-1')),
  runtimes: node('24.1.0'),
}
const newerBase = base({os: debian('12.11'), packages: dpkg(many('1.0.1-1')), runtimes: node('24.3.0')})
const after: Partial<ImageSide> = {
  layers: [layer('newer base'), layer('app')],
  base: newerBase,
  os: debian('12.11'),
  packages: dpkg(many('1.0.1-1')),
  runtimes: node('24.3.0'),
}

const told = (findings: ReturnType<typeof betweenImages>) => outline(findings.filter(({cause}) => cause === undefined))

test('another base image is one finding that says what it brings, and all else names it as its cause', (t) => {
  const findings = betweenImages(before, after)
  const [first, ...rest] = findings
  t.deepEqual(told(findings), ['image.base node:24-slim'])
  t.is(
    first?.message,
    'the base image is node:24-slim on both sides, but another one: it brings debian 12.9 -> 12.11, node 24.1.0 -> 24.3.0, 40 other packages',
  )
  t.is(rest.length, 42)
  t.true(rest.every(({cause}) => cause?.rule === 'image.base' && cause.subject === 'node:24-slim'))
})

test('a base image is as grave as the gravest that it brings', (t) => {
  t.is(betweenImages(before, after)[0]?.severity, 'error')
  const packages = {...after, os: debian('12.9'), runtimes: node('24.1.0')}
  const finding = betweenImages(before, {...packages, base: base({packages: dpkg(many('1.0.1-1'))})})[0]
  t.deepEqual([finding?.rule, finding?.severity], ['image.base', 'warning'])
})

test('what an image installs over its base is its own', (t) => {
  const own = {...after, packages: dpkg({...many('1.0.1-1'), lib7: '2.0.0-1', curl: '8.0.0-1'})}
  t.deepEqual(told(betweenImages(before, own)), [
    'image.base node:24-slim',
    'os.package.missing curl',
    'os.package.version lib7',
  ])
})

test('the same layers are the same base, whatever is known of them', (t) => {
  const changed = {
    ...before,
    base: base({packages: dpkg({}), runtimes: []}),
    packages: dpkg({...many('1.0.0-1'), lib7: '2.0.0-1'}),
  }
  t.deepEqual(outline(betweenImages(before, changed)), ['os.package.version lib7'])
})

const app = (content: string) => file('/app/a.js', content)

const system = (content: string) => file('/usr/lib/libc.so', content, {layer: 0})

test('files of the layers of the base are brought by it, those of the application are not', (t) => {
  const findings = betweenImages(
    {...before, files: files(app('a'), system('a'))},
    {...before, layers: after.layers ?? [], files: files(app('b'), system('b'))},
  )
  t.deepEqual(outline(findings), [
    'image.base node:24-slim',
    'files.content /app/a.js',
    'files.content files of node:24-slim <- image.base node:24-slim',
  ])
  t.is(findings[0]?.severity, 'error', 'no package says why they differ')
})

const owned = (content: string): Partial<ImageSide> => ({
  files: {...files(system(content)), owners: new Map([['/usr/lib/libc.so', 'lib3']])},
})

test('files of a package that the base brings are no graver than the package', (t) => {
  const packages = {...before, layers: after.layers ?? [], packages: dpkg(many('1.0.1-1'))}
  const findings = betweenImages(
    {...before, ...owned('a')},
    {...packages, ...owned('b'), base: base({packages: dpkg(many('1.0.1-1'))})},
  )
  t.deepEqual(told(findings), ['image.base node:24-slim'])
  t.is(findings[0]?.severity, 'warning')
  t.regex(findings[0]?.message ?? '', /40 other packages, 1 other file$/)
})

test("a file that the image's own layers delete on one side is not missing for the base", (t) => {
  const newer = {...before, layers: after.layers ?? [], packages: dpkg(many('1.0.1-1'))}
  const deleted = {...files(), removed: new Set(['/etc/policy'])}
  const findings = betweenImages(
    {...before, files: files(file('/etc/policy', 'deny', {layer: 0}))},
    {...newer, base: base({packages: dpkg(many('1.0.1-1'))}), files: deleted},
  )
  t.deepEqual(told(findings), ['image.base node:24-slim', 'files.missing /etc/policy'])
})

const lowApp = (content: string) => file('/app/a.js', content, {layer: 0})

test('where the end of the base is a guess, files that differ by themselves stay those of the application', (t) => {
  const guessed = base({by: 'history', name: undefined})
  const findings = betweenImages(
    {...before, base: guessed, files: files(lowApp('a'))},
    {...before, base: guessed, layers: after.layers ?? [], files: files(lowApp('b'))},
  )
  t.deepEqual(outline(findings), ['files.content /app/a.js'])
})

const npm = (version: string, layerOf: number): Partial<ImageSide> => ({
  dependencies: [{ecosystem: 'npm', name: 'npm', version, scope: '/usr/local/lib', source: 'installed'}],
  files: files(file('/usr/local/lib/node_modules/npm/package.json', version, {layer: layerOf})),
})

test('npm is brought by the base or the Node.js that it comes with', (t) => {
  t.deepEqual(told(betweenImages({...before, ...npm('11.3.0', 0)}, {...after, ...npm('11.4.0', 0)})), [
    'image.base node:24-slim',
  ])
  t.deepEqual(
    told(betweenImages({...before, ...npm('11.3.0', 1)}, {...before, ...npm('11.4.0', 1), runtimes: node('24.3.0')})),
    ['runtime.version node'],
  )
})

const namedBase = (name: string) => base({name, layers: 0, packages: [], runtimes: [], os: undefined})

test('a base that is known by name alone explains nothing', (t) => {
  const findings = betweenImages({...before, base: namedBase('a')}, {...after, base: namedBase('b')})
  t.true(findings.every(({cause, rule}) => cause?.rule !== 'image.base' && rule !== 'image.base'))
  t.true(outline(findings).includes('image.base.name a'))
})

test('a base of which one side knows the name alone explains nothing either', (t) => {
  const findings = betweenImages({...before, base: base({layers: 0, packages: [], runtimes: [], os: undefined})}, after)
  t.true(findings.length > 40 && findings.every(({cause}) => cause === undefined))
})

test('what it brings keeps its own severity', (t) => {
  const findings = betweenImages(before, {
    ...after,
    base: base({...newerBase, packages: dpkg({lib0: '1.0.0-1'})}),
    packages: dpkg({lib0: '1.0.0-1'}),
  })
  const missing = findings.filter(({rule}) => rule === 'os.package.missing')
  t.is(missing.length, 39)
  t.true(missing.every(({severity, cause}) => severity === 'error' && cause?.rule === 'image.base'))
})

const created = (time: string) => base({created: time})

test('a base in other layers with the same in it is no other base, however much older or larger', (t) => {
  const findings = betweenImages(
    {...before, base: created('2026-01-01T00:00:00Z')},
    {...before, layers: after.layers ?? [], size: 1e9, base: created('2026-06-01T00:00:00Z')},
  )
  t.deepEqual(outline(findings), ['image.size size', 'image.base.age node:24-slim'])
})

test('a file of the base that the application replaced on one side is its own, and what nobody reads is told last', (t) => {
  const replaced = [
    file('/etc/motd', 'a', {layer: 0}),
    file('/usr/share/zoneinfo/x', 'a', {layer: 0}),
    file('/usr/share/doc/x', 'a', {layer: 0}),
  ]
  const by = [
    file('/etc/motd', 'b', {layer: 1}),
    file('/usr/share/zoneinfo/x', 'b', {layer: 0}),
    file('/usr/share/doc/x', 'b', {layer: 0}),
  ]
  const findings = betweenImages(
    {...before, files: files(...replaced)},
    {...before, layers: after.layers ?? [], files: files(...by)},
  )
  t.deepEqual(told(findings), ['image.base node:24-slim', 'files.content /etc/motd'])
  t.deepEqual(findings.find(({cause}) => cause)?.details, ['/usr/share/zoneinfo/x', '/usr/share/doc/x'])
})
