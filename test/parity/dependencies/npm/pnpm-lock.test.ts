import test from 'ava'

import {dependencies, named} from '../found.ts'

const pnpmLock = (packages: string) => `lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      a:
        specifier: ^1.0.0

packages:
${packages}
snapshots:

  other@1.0.0: {}
`

test('a pnpm-lock.yaml of any version names its packages, without what they were installed beside', async (t) => {
  const of9 = `
  '@s/a@1.0.0':
    resolution: {integrity: sha512-x}

  snake_case@2.0.0-rc.1:
    resolution: {integrity: sha512-x}
`
  const of6 = `
  /@s/a@1.0.0(react@18.0.0):
    resolution: {integrity: sha512-x}
    dev: false

  /b@2.0.0:
    resolution: {integrity: sha512-x}
`
  const of5 = `
  /@s/a/1.0.0_@babel+core@7.0.0:
    resolution: {integrity: sha512-x}
  /b/2.0.0:
    resolution: {integrity: sha512-x}
`
  t.deepEqual(await dependencies({'app/pnpm-lock.yaml': pnpmLock(of9)}), [
    'npm lock /app @s/a 1.0.0',
    'npm lock /app snake_case 2.0.0-rc.1',
  ])
  for (const packages of [of6, of5])
    t.deepEqual(await named({'pnpm-lock.yaml': pnpmLock(packages)}), ['@s/a 1.0.0', 'b 2.0.0'])
})

test('a pnpm-lock.yaml names what comes from elsewhere than a registry by the version that it turned out to have', async (t) => {
  const of9 = `
  debug@https://github.com/debug-js/debug/tarball/4.3.5:
    resolution: {tarball: https://github.com/debug-js/debug/tarball/4.3.5}
    version: 4.3.5
    peerDependencies:
      version: '*'

  '@s/packed@file:packed.tgz':
    resolution: {integrity: sha512-x, tarball: file:packed.tgz}
    version: 4.17.21

  web@file:packages/web:
    resolution: {directory: packages/web, type: directory}

  last@1.0.0:
    resolution: {integrity: sha512-x}
`
  t.deepEqual(await named({'pnpm-lock.yaml': pnpmLock(of9)}), ['@s/packed 4.17.21', 'debug 4.3.5', 'last 1.0.0'])
  const before = `
  '@github.com/debug-js/debug/tarball/4.3.4':
    resolution: {tarball: https://github.com/debug-js/debug/tarball/4.3.4}
    name: debug
    version: 4.3.4
    dev: false

  github.com/0rg/mocks/590f321b4eb3f692bb211bd74e22947639a6f79d:
    resolution: {tarball: https://codeload.github.com/0rg/mocks/tar.gz/590f321b4eb3f692bb211bd74e22947639a6f79d}
    name: '@s/mocks'
    version: 20.0.1

  file:packages/web:
    resolution: {directory: packages/web, type: directory}
    name: web
    version: 1.0.0
`
  t.deepEqual(await named({'pnpm-lock.yaml': pnpmLock(before)}), ['@s/mocks 20.0.1', 'debug 4.3.4'])
})

test('a pnpm-lock.yaml has keys that are too long for one line in another form', async (t) => {
  const packages = `
  ? /@s/plugin@1.0.0(${'peer@1.0.0)('.repeat(100)}last@1.0.0)
  : resolution: {integrity: sha512-x}
    dev: false

  ? '@s/quoted@2.0.0'
  : resolution: {integrity: sha512-x}
`
  t.deepEqual(await named({'pnpm-lock.yaml': pnpmLock(packages)}), ['@s/plugin 1.0.0', '@s/quoted 2.0.0'])
})

test("pnpm's own packages, in a document before the project's, are none of the project", async (t) => {
  const own = `---
lockfileVersion: '9.0'

importers:

  .:
    packageManagerDependencies:
      pnpm:
        specifier: ^11.7.0

packages:

  pnpm@11.7.0:
    resolution: {integrity: sha512-x}

---
`
  const lock = own + pnpmLock('\n  a@1.0.0:\n    resolution: {integrity: sha512-x}\n')
  t.deepEqual(await named({'pnpm-lock.yaml': lock}), ['a 1.0.0'])
  t.deepEqual(await named({'pnpm-lock.yaml': lock.replaceAll('\n', '\r\n')}), ['a 1.0.0'])
})
