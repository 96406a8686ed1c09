import {readFileSync} from 'node:fs'

import test from 'ava'

import {isVolatile} from '../../../src/parity/describe/volatile.ts'

const file = (path: string) => ({path, kind: 'file'}) as const

const page = readFileSync(new URL('../../../docs/parity-lock.md', import.meta.url), 'utf8')

test('what docs/parity-lock.md says does not count does not', (t) => {
  const rows = page.split('\n').filter((line) => /^\| (?:what|`\/)/.test(line))
  const paths = rows.flatMap((row) =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, path]) => path ?? ''),
  )
  t.true(paths.length > 30)
  for (const path of paths) t.true(isVolatile(file(path.endsWith('/') ? `${path}x/y` : path)), path)
})

test('what an application is made of counts, whatever it is near to', (t) => {
  for (const path of [
    '/',
    '/var/cache',
    '/var/logs/x',
    '/var/lib/dpkg/info/libc6.list',
    '/etc/passwd',
    '/etc/shadow',
    '/app/tmp/x',
    '/app/cache.pyc',
    '/root/.npmrc',
    '/root/.cacherc',
    '/home/node/.bashrc',
    '/etc/ssl/certs/ca-certificates.crt',
    '/usr/local/bundle/gems/rack/rack.rb',
    '/root/.cache/ms-playwright/chromium-1/chrome',
    '/home/app/.cache/huggingface/hub/model.bin',
    '/root/.cache/pipeline/x',
    '/root/.config/app.json',
    '/runner/x',
    '/app/node_modules/x/.modules.yml',
  ])
    t.false(isVolatile(file(path)), path)
})

test('the directories that docs/parity-lock.md says are mounted over do not count themselves, and the others do', (t) => {
  const [row = ''] = page.split('\n').filter((line) => line.startsWith('| the directories '))
  const paths = [...row.matchAll(/`([^`]+)`/g)].map(([, path]) => path ?? '')
  t.deepEqual(paths, ['/dev', '/proc', '/sys'])
  for (const path of paths) {
    t.true(isVolatile({path, kind: 'directory'}), path)
    t.true(isVolatile(file(`${path}/x/y`)), path)
  }
  for (const path of ['/', '/tmp', '/var/cache', '/var/log', '/etc'])
    t.false(isVolatile({path, kind: 'directory'}), path)
})
