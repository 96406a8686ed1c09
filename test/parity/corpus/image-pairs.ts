import {dpkgStatus, osRelease, program} from './contents.ts'
import {images, type Pair} from './pair.ts'
import {nodeHeader, packages, shop, tools} from './shop.ts'
import {slim} from './sides.ts'

const newer = {...packages, libc6: '2.36-9+deb12u13', libssl3: '3.0.17-1~deb12u2', openssl: '3.0.17-1~deb12u2'}

/** What `docker pull node:24-slim` brings months later. */
export const newerBase = {
  'etc/debian_version': '12.11\n',
  'usr/bin/openssl': {content: program('openssl 3.0.17'), mode: 0o755},
  'usr/lib/x86_64-linux-gnu/libssl.so.3': program('libssl 3.0.17'),
  'usr/share/doc/openssl/changelog.gz': 'openssl 3.0.17',
  'usr/local/bin/node': {content: program('node-v24.3.0.tar.gz'), mode: 0o755},
  'usr/local/include/node/node_version.h': nodeHeader('24.3.0'),
  'usr/local/lib/node_modules/npm/package.json': JSON.stringify({name: 'npm', version: '11.4.2'}),
  'usr/local/lib/node_modules/npm/index.js': 'npm 11.4.2',
  'var/lib/dpkg/status': dpkgStatus(newer),
}

export const newerSlim = {
  ...slim,
  name: 'node:24.3-slim',
  digest: `sha256:${'2'.repeat(64)}`,
  created: '2026-06-01T00:00:00Z',
}

export const imagePairs: readonly Pair[] = [
  images(
    'another base image, with all that it brings',
    'image.base',
    {
      base: newerBase,
      packages: {'var/lib/dpkg/status': dpkgStatus({...newer, curl: tools.curl})},
    },
    {base: newerSlim},
  ),
  images('a base image with other files alone', 'image.base', {
    base: {'usr/lib/x86_64-linux-gnu/libssl.so.3': program('libssl 3.0.15 patched')},
  }),
  images('a base image with another script of the house in it', 'image.base', {
    base: {'opt/framework/tax.js': 'rate = 0.2'},
  }),
  images(
    'a base image of another name with the same in it',
    'image.base.name',
    {},
    {base: {...slim, name: 'registry.example.org/node:24-slim'}},
  ),
  images(
    'a base image that is three months older',
    'image.base.age',
    {},
    {base: {...slim, created: '2025-10-01T00:00:00Z'}},
  ),
  images(
    'an image for another platform',
    'image.platform',
    {packages: {'usr/bin/curl': {content: program('curl for arm'), mode: 0o755}}},
    {architecture: 'arm64'},
  ),
  images(
    'a base image for another platform, with all that is built for it',
    'image.platform',
    {
      base: {
        'usr/bin/openssl': {content: program('openssl for arm'), mode: 0o755},
        'usr/lib/x86_64-linux-gnu/libssl.so.3': null,
        'usr/lib/aarch64-linux-gnu/libssl.so.3': program('libssl for arm'),
        'var/lib/dpkg/status': dpkgStatus(packages, 'arm64'),
      },
      packages: {'var/lib/dpkg/status': dpkgStatus(tools, 'arm64')},
    },
    {architecture: 'arm64'},
  ),
  images('20 MB that a later layer deletes', 'image.size', {
    packages: {'cache.tar': Buffer.alloc(20e6)},
    app: {'.wh.cache.tar': ''},
  }),
  images('another label', 'image.labels', {config: {Labels: {...(shop.config['Labels'] as object), team: 'billing'}}}),
  images('a label that is missing', 'image.labels', {config: {Labels: {}}}),
]

export const configPairs: readonly Pair[] = [
  images('another entrypoint', 'config.entrypoint', {config: {Entrypoint: ['tini', '--']}}),
  images('another command', 'config.command', {config: {Cmd: ['node', '--inspect', 'server.js']}}),
  images('a command in shell form', 'config.command', {config: {Cmd: ['/bin/sh', '-c', 'node server.js']}}),
  images('entrypoint and command split otherwise', 'config.entrypoint.split', {
    config: {Entrypoint: ['docker-entrypoint.sh', 'node'], Cmd: ['server.js']},
  }),
  images('another user', 'config.user', {config: {User: ''}}),
  images('another directory', 'config.workdir', {config: {WorkingDir: '/srv'}}),
  images('another port', 'config.ports', {config: {ExposedPorts: {'8080/tcp': {}}}}),
  images('a volume more', 'config.volumes', {config: {Volumes: {'/data': {}}}}),
  images('another stop signal', 'config.stop-signal', {config: {StopSignal: 'SIGINT'}}),
  images('no health check', 'config.healthcheck.missing', {config: {Healthcheck: {Test: ['NONE']}}}),
  images('another health check', 'config.healthcheck', {
    config: {Healthcheck: {Test: ['CMD', 'true'], Interval: 10_000_000_000}},
  }),
  images('a health check at other times', 'config.healthcheck.timing', {
    config: {Healthcheck: {Test: ['CMD', 'node', 'healthy.js'], Interval: 60_000_000_000}},
  }),
  images('a variable that is missing', 'config.env.missing', {
    config: {Env: ['PATH=/usr/local/bin:/usr/bin:/bin', 'NODE_ENV=production']},
  }),
  images('a variable more', 'config.env.missing', {
    config: {Env: [...(shop.config['Env'] as string[]), 'TZ=Europe/Vienna']},
  }),
  images('another value of a variable', 'config.env.value', {
    config: {Env: ['PATH=/usr/local/bin:/usr/bin:/bin', 'NODE_ENV=development', 'LANG=C.UTF-8']},
  }),
]

const withStatus = (versions: Record<string, string>) => ({packages: {'var/lib/dpkg/status': dpkgStatus(versions)}})

export const osPairs: readonly Pair[] = [
  images('another release of the operating system', 'os.release', {
    packages: {'usr/lib/os-release': osRelease('13', 'trixie')},
  }),
  images('another point release', 'os.release.point', {packages: {'etc/debian_version': '12.11\n'}}),
  images('another version of a package', 'os.package.version', withStatus({...tools, curl: '7.88.1-10+deb12u12'})),
  images('a package that is missing', 'os.package.missing', withStatus(packages)),
  images('a package for another architecture', 'os.package.architecture', {
    packages: {'var/lib/dpkg/status': `${dpkgStatus(packages)}\n${dpkgStatus({curl: tools.curl}, 'arm64')}`},
  }),
  images('another version of a package, with its program and documentation', 'os.package.version', {
    packages: {
      'usr/bin/curl': {content: program('curl 8.0.0'), mode: 0o755},
      'var/lib/dpkg/status': dpkgStatus({...tools, curl: '8.0.0-1'}),
      'var/lib/dpkg/info/curl.list': '/usr/bin/curl\n/usr/share/doc/curl\n',
    },
  }),
]
