import type {Entry} from '../image/archives.ts'
import {dpkgStatus, libraryFiles, lockFile, osRelease, program} from './contents.ts'

/** A file, and what of its header is not usual; a text alone is its content, and `directory` one. */
export type Spec =
  | string
  | Buffer
  | {content?: string | Buffer; mode?: number; uid?: number; gid?: number; to?: string; pax?: object}

/** By path without the slash in front; null takes away what the shop has there. */
export type Files = Readonly<Record<string, Spec | null>>

export const layers = ['base', 'packages', 'app'] as const

/** The layers of a small shop: Debian with Node.js, what is installed over it, and the application. */
export interface Shop extends Record<(typeof layers)[number], Files> {
  config: Record<string, unknown>
}

export const packages = {
  'base-files': '12.4+deb12u9',
  libc6: '2.36-9+deb12u9',
  libssl3: '3.0.15-1~deb12u1',
  openssl: '3.0.15-1~deb12u1',
  zlib1g: '1:1.2.13.dfsg-1',
}

export const tools = {...packages, curl: '7.88.1-10+deb12u8'}

export const libraries = {express: '5.1.0', 'left-pad': '1.3.0', qs: '6.14.0'}

export const shop: Shop = {
  base: {
    'etc/': 'directory',
    'etc/os-release': {to: '../usr/lib/os-release'},
    'usr/lib/os-release': osRelease('12', 'bookworm'),
    'etc/debian_version': '12.9\n',
    'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n',
    'usr/bin/openssl': {content: program('openssl 3.0.15'), mode: 0o755},
    'usr/lib/x86_64-linux-gnu/libssl.so.3': program('libssl 3.0.15'),
    'usr/share/doc/openssl/changelog.gz': 'openssl 3.0.15',
    'usr/local/bin/node': {content: program('node-v24.1.0.tar.gz'), mode: 0o755},
    'usr/local/include/node/node_version.h': nodeHeader('24.1.0'),
    'usr/local/lib/node_modules/npm/package.json': JSON.stringify({name: 'npm', version: '11.3.0'}),
    'usr/local/lib/node_modules/npm/index.js': 'npm 11.3.0',
    'var/lib/dpkg/status': dpkgStatus(packages),
    'var/lib/dpkg/info/openssl.list': '/usr/bin/openssl\n',
  },
  packages: {
    'usr/bin/curl': {content: program('curl 7.88.1'), mode: 0o755},
    'var/lib/dpkg/status': dpkgStatus(tools),
    'var/lib/dpkg/info/curl.list': '/usr/bin/curl\n',
  },
  app: {
    'app/': {mode: 0o755, uid: 1000, gid: 1000},
    'app/server.js': 'serve()',
    'app/start.sh': {content: '#!/bin/sh\nexec node server.js\n', mode: 0o755},
    'app/config/default.json': '{"currency":"EUR"}',
    'app/public/': 'directory',
    'app/public/index.html': '<h1>Shop</h1>',
    'app/public/current': {to: 'index.html'},
    'app/package.json': JSON.stringify({name: 'shop', version: '1.0.0', dependencies: {express: '^5.1.0'}}),
    'app/package-lock.json': lockFile(libraries),
    ...libraryFiles(libraries),
  },
  config: {
    User: 'node',
    WorkingDir: '/app',
    Entrypoint: ['docker-entrypoint.sh'],
    Cmd: ['node', 'server.js'],
    Env: ['PATH=/usr/local/bin:/usr/bin:/bin', 'NODE_ENV=production', 'LANG=C.UTF-8'],
    ExposedPorts: {'3000/tcp': {}},
    Labels: {team: 'shop', 'org.opencontainers.image.revision': '3fa9c1e'},
    Healthcheck: {Test: ['CMD', 'node', 'healthy.js'], Interval: 10_000_000_000},
  },
}

export function nodeHeader(version: string): string {
  const [major, minor, patch] = version.split('.')
  return `#define NODE_MAJOR_VERSION ${major}\n#define NODE_MINOR_VERSION ${minor}\n#define NODE_PATCH_VERSION ${patch}\n`
}

/** The shop with other files or settings; null takes one away. */
export const shopWith = (changes: {[Key in keyof Shop]?: Record<string, unknown>}): Shop => ({
  base: changed(shop.base, changes.base),
  packages: changed(shop.packages, changes.packages),
  app: changed(shop.app, changes.app),
  config: changed(shop.config, changes.config),
})

const changed = <T extends object>(part: T, changes: Record<string, unknown> = {}): T =>
  Object.fromEntries(Object.entries({...part, ...changes}).filter(([, value]) => value !== null)) as T

export const entriesOf = (files: Files, mtime: Date): Entry[] =>
  Object.entries(files).flatMap(([name, spec]): Entry[] => {
    if (spec === null) return []
    if (spec === 'directory') return [[{name, type: 'directory', mode: 0o755, mtime}]]
    if (typeof spec === 'string' || Buffer.isBuffer(spec)) return [[{name, mode: 0o644, mtime}, spec]]
    const {content, to, ...header} = spec
    if (to !== undefined) return [[{name, type: 'symlink', linkname: to, mtime, ...header}]]
    if (content === undefined) return [[{name, type: 'directory', mtime, ...header}]]
    return [[{name, mode: 0o644, mtime, ...header}, content]]
  })
