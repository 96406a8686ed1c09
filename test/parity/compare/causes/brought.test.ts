import test from 'ava'

import type {Dependency, ImageSide} from '../../../../src/parity/facts.ts'
import {betweenImages, outline} from '../found.ts'
import {config, dpkg, file, files} from '../sides.ts'

const debian = (version: string) => ({id: 'debian', version, name: `Debian ${version}`})

test('another release of the operating system brings its packages', (t) => {
  const findings = betweenImages(
    {os: debian('12'), packages: dpkg({libc6: '2.36-9', zlib1g: '1.2.13-1'})},
    {os: debian('13'), packages: dpkg({libc6: '2.41-12', zlib1g: '1.3.1-1', libzstd1: '1.5.7-1'})},
  )
  t.deepEqual(outline(findings), [
    'os.release debian',
    'os.package.version libc6 <- os.release debian',
    'os.package.missing libzstd1 <- os.release debian',
    'os.package.version zlib1g <- os.release debian',
  ])
})

const nodeSide = (version: string): Partial<ImageSide> => ({
  runtimes: [{name: 'node', version, path: '/usr/bin/node'}],
  packages: dpkg({nodejs: `${version}-1`}),
  config: {...config, env: [{name: 'NODE_VERSION', value: version}]},
  files: files(file('/usr/bin/node', version), file('/usr/include/node/node.h', version)),
})

test("a runtime's version brings the variable that names it, its package and its files, none graver than itself", (t) => {
  const findings = betweenImages(nodeSide('24.1.0'), nodeSide('24.1.1'))
  t.deepEqual(outline(findings), [
    'config.env.value NODE_VERSION <- runtime.version.patch node',
    'os.package.version nodejs <- runtime.version.patch node',
    'runtime.version.patch node',
    'files.content files of node <- runtime.version.patch node',
  ])
  t.true(findings.every(({severity}) => severity === 'warning'))
})

const library = (name: string, version: string, more: Partial<Dependency> = {}): Dependency => ({
  ecosystem: 'npm',
  name,
  version,
  scope: '/app',
  source: 'installed',
  ...more,
})

const flaskSide = (version: string, other: string): Partial<ImageSide> => ({
  dependencies: [
    library('flask', version, {ecosystem: 'pypi', source: 'lock'}),
    library('flask', version, {ecosystem: 'pypi', scope: '/usr/local'}),
    library('gunicorn', other, {ecosystem: 'pypi', scope: '/usr/local'}),
  ],
  files: files(file('/app/requirements.txt', version), file('/app/server.py', 'same')),
})

test('a lock file brings what is installed by it, also in another directory, and nothing that it does not demand', (t) => {
  const findings = betweenImages(flaskSide('3.0.0', '20.0.0'), flaskSide('3.1.0', '21.0.0'))
  t.deepEqual(outline(findings), [
    'dependency.lock pypi in /app',
    'dependency.version pypi:flask in /usr/local <- dependency.lock pypi in /app',
    'dependency.version pypi:gunicorn in /usr/local',
    'files.content files of pypi in /app <- dependency.lock pypi in /app',
  ])
  t.deepEqual(findings[0]?.details, ['flask 3.0.0 -> 3.1.0'])
})

const qsSide = (version: string, other: string): Partial<ImageSide> => ({
  dependencies: [library('qs', version)],
  files: files(
    file('/app/node_modules/qs-esm/index.js', other),
    file('/app/node_modules/qs/index.js', version),
    file('/srv/node_modules/qs/index.js', version),
  ),
})

test('a library brings its own files, and not those of the one whose name begins so', (t) => {
  const own = betweenImages(qsSide('1.0.0', 'x'), qsSide('2.0.0', 'y')).filter(({cause}) => cause === undefined)
  t.deepEqual(outline(own), [
    'dependency.version npm:qs in /app',
    'files.content /app/node_modules/qs-esm/index.js',
    'files.content /srv/node_modules/qs/index.js',
  ])
})

const curlSide = (version: string): Partial<ImageSide> => ({
  packages: dpkg({curl: version}),
  files: {
    ...files(
      file('/app/a.js', version),
      file('/etc/ld.so.cache', version),
      file('/usr/bin/curl', version),
      file('/usr/bin/server', version),
      file('/usr/share/doc/curl/copyright', version),
      file('/usr/share/nginx/html/index.html', version),
      file('/var/lib/dpkg/info/curl.list', version),
    ),
    owners: new Map([['/usr/bin/curl', 'curl']]),
  },
})

test('what a package has in its list is brought by it, an index of the system is a note beside it, and what is in the same directories an error', (t) => {
  const findings = betweenImages(curlSide('7.88.1-1'), curlSide('8.0.0-1'))
  t.deepEqual(
    findings.map(({rule, severity, subject, cause}) => [rule, severity, subject, cause?.subject]),
    [
      ['os.package.version', 'warning', 'curl', undefined],
      ['files.content', 'error', '/app/a.js', undefined],
      ['files.content', 'error', '/usr/bin/server', undefined],
      ['files.content', 'error', '/usr/share/nginx/html/index.html', undefined],
      ['files.system', 'note', '/etc/ld.so.cache', undefined],
      ['files.content', 'warning', 'files of curl', 'curl'],
    ],
  )
})

const yamlSide = (version: string, scope: string): Partial<ImageSide> => ({
  packages: dpkg({'python3-yaml': `${version}-2`}),
  dependencies: [library('pyyaml', version, {ecosystem: 'pypi', scope})],
})

test('a library that is a package of the distribution is brought by it, one that was installed beside it is not', (t) => {
  t.deepEqual(outline(betweenImages(yamlSide('6.0.0', '/usr'), yamlSide('6.0.2', '/usr'))), [
    'os.package.version python3-yaml',
    'dependency.version.patch pypi:pyyaml in /usr <- os.package.version python3-yaml',
  ])
  t.deepEqual(outline(betweenImages(yamlSide('6.0.0', '/usr/local'), yamlSide('6.0.2', '/usr/local'))), [
    'os.package.version python3-yaml',
    'dependency.version.patch pypi:pyyaml in /usr/local',
  ])
})

const started = (mode: number): Partial<ImageSide> => ({
  packages: dpkg({curl: mode === 0o755 ? '7.88.1-1' : '7.88.1-2'}),
  config: {...config, workdir: '/app', entrypoint: ['/bin/sh', '-c', 'exec ./run.sh']},
  files: {...files(file('/app/run.sh', 'x', {mode})), owners: new Map([['/app/run.sh', 'curl']])},
})

test('what can no longer be started is an error, whatever package it is of', (t) => {
  t.deepEqual(
    betweenImages(started(0o755), started(0o644)).map(({rule, severity, cause}) => [rule, severity, cause]),
    [
      ['os.package.version', 'warning', undefined],
      ['files.executable', 'error', undefined],
    ],
  )
})

const onPlatform = (platform: string): Partial<ImageSide> => ({
  platform,
  files: files(file('/app/prices.json', platform), file('/app/tool', platform, {program: true})),
})

test('another platform brings machine code, and nothing that is the same for all', (t) => {
  t.deepEqual(outline(betweenImages(onPlatform('linux/amd64'), onPlatform('linux/arm64'))), [
    'image.platform platform',
    'files.content /app/prices.json',
    'files.content files of platform <- image.platform platform',
  ])
})
