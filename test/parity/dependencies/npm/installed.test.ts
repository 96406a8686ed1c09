import test from 'ava'

import {dependencies, gaps, named} from '../found.ts'

const packageJson = (name: string, version: string) => JSON.stringify({name, version, description: 'x'.repeat(1000)})

test('what is in a node_modules is installed, nested packages and scopes included, below the application that has it', async (t) => {
  t.deepEqual(
    await dependencies({
      'app/package.json': packageJson('app', '9.9.9'),
      'app/node_modules/a/package.json': packageJson('a', '1.0.0'),
      'app/node_modules/a/node_modules/b/package.json': packageJson('b', '1.0.0'),
      'app/node_modules/b/package.json': packageJson('b', '2.0.0'),
      'app/node_modules/@s/c/package.json': packageJson('@s/c', '3.0.0-rc.1'),
      'usr/lib/node_modules/npm/package.json': packageJson('npm', '11.0.0'),
      'node_modules/top/package.json': packageJson('top', '1.0.0'),
    }),
    [
      'npm installed / top 1.0.0',
      'npm installed /app @s/c 3.0.0-rc.1',
      'npm installed /app a 1.0.0',
      'npm installed /app b 1.0.0',
      'npm installed /app b 2.0.0',
      'npm installed /usr/lib npm 11.0.0',
    ],
  )
})

test('the store of pnpm is read, and a package that is there twice is there once', async (t) => {
  t.deepEqual(
    await dependencies({
      'app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json': packageJson('a', '1.0.0'),
      'app/node_modules/.pnpm/b@1.0.0/node_modules/a/package.json': packageJson('a', '1.0.0'),
    }),
    ['npm installed /app a 1.0.0'],
  )
})

test('a package without a name has that of its directory; directories below a package are none', async (t) => {
  t.deepEqual(
    await named({
      'node_modules/@s/a/package.json': '{"version": "1.0.0"}',
      'node_modules/b/package.json': '{"name": "b"}',
      'node_modules/b/dist/package.json': packageJson('b-dist', '1.0.0'),
      'node_modules/.cache/x/package.json': packageJson('x', '1.0.0'),
    }),
    ['@s/a 1.0.0'],
  )
})

test('a package.json that is broken, or whose name or version is none, is a gap and leaves the others', async (t) => {
  const files = {
    'node_modules/a/package.json': '{"name": ',
    'node_modules/b/package.json': packageJson('b\u202e', '1.0.0'),
    'node_modules/c/package.json': packageJson('c', '1 0'),
    'node_modules/d/package.json': packageJson('d', '1.0.0'),
    'node_modules/e/package.json': '['.repeat(100_000),
    'node_modules/f/package.json': '[1, {"version": "1.0.0"}]',
  }
  t.deepEqual(await named(files), ['d 1.0.0'])
  t.deepEqual(await gaps(files), [
    'dependencies: not all files can be read: /node_modules/a/package.json: it is no JSON; ' +
      '/node_modules/b/package.json: it names something by what is no name or version; ' +
      '/node_modules/c/package.json: it names something by what is no name or version; and 1 more',
  ])
})
