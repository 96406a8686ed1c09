import {readFile} from 'node:fs/promises'

import test from 'ava'

import {isImmError} from '../../../src/errors.ts'
import {parseReference, referenceForms} from '../../../src/parity/sides/reference.ts'

const read = (text: string, expected: object) =>
  test(`${text} is ${JSON.stringify(expected)}`, (t) => t.deepEqual(parseReference(text) as object, expected))

const none = undefined
read('image:shop', {kind: 'image', name: 'shop', platform: none})
read('image:localhost:5000/shop:1.2', {kind: 'image', name: 'localhost:5000/shop:1.2', platform: none})
const sha256 = `sha256:${'0123456789abcdef'.repeat(4)}`
read(`image:shop@${sha256}`, {kind: 'image', name: `shop@${sha256}`, platform: none})
read(`image:shop:1@${sha256}@linux/arm64`, {kind: 'image', name: `shop:1@${sha256}`, platform: 'linux/arm64'})
read('image:shop:1@linux/arm64', {kind: 'image', name: 'shop:1', platform: 'linux/arm64'})
read('release:r12', {kind: 'release', release: 'r12', environment: 'main'})
read('release:feature-x/r12-3fa9c1e', {kind: 'release', release: 'r12-3fa9c1e', environment: 'feature-x'})
read('env:main', {kind: 'env', environment: 'main', app: none})
read('env:main#web', {kind: 'env', environment: 'main', app: 'web'})
read('container:ab12', {kind: 'container', id: 'ab12'})
read('compose:compose.yaml#web', {kind: 'compose', file: 'compose.yaml', files: ['compose.yaml'], service: 'web'})
read('compose:a#b/compose.yaml#web', {
  kind: 'compose',
  file: 'a#b/compose.yaml',
  files: ['a#b/compose.yaml'],
  service: 'web',
})
read('compose:compose.yaml', {kind: 'compose', file: 'compose.yaml', files: ['compose.yaml'], service: none})
read('compose:a%23b/one%2Ctwo.yaml,100%.yaml,%2523', {
  kind: 'compose',
  file: 'a%23b/one%2Ctwo.yaml,100%.yaml,%2523',
  files: ['a#b/one,two.yaml', '100%.yaml', '%23'],
  service: none,
})
read('k8s:a%23b.yaml', {kind: 'k8s', file: 'a#b.yaml', workload: none, container: none})
read('archive:a%23b%40linux/c.tar', {kind: 'archive', file: 'a#b@linux/c.tar', image: none, platform: none})
read('tree:a%23b', {kind: 'tree', directory: 'a#b', app: none})
read('lock:a#b,c%2cd.lock', {kind: 'lock', file: 'a#b,c,d.lock'})
read('k8s:out.yaml', {kind: 'k8s', file: 'out.yaml', workload: none, container: none})
read('k8s:out.yaml#Deployment/web', {
  kind: 'k8s',
  file: 'out.yaml',
  workload: {kind: 'Deployment', name: 'web'},
  container: none,
})
read('k8s:out.yaml#sts/db/postgres', {
  kind: 'k8s',
  file: 'out.yaml',
  workload: {kind: 'sts', name: 'db'},
  container: 'postgres',
})
read('archive:shop.tar', {kind: 'archive', file: 'shop.tar', image: none, platform: none})
read('archive:out/all.tar#shop:1@linux/arm64/v8', {
  kind: 'archive',
  file: 'out/all.tar',
  image: 'shop:1',
  platform: 'linux/arm64/v8',
})
read('archive:all.tar@linux/amd64', {kind: 'archive', file: 'all.tar', image: none, platform: 'linux/amd64'})
read('lock:imm.lock', {kind: 'lock', file: 'imm.lock'})
read('git:HEAD~1', {kind: 'git', ref: 'HEAD~1', app: none})
read('git:feature/x#web', {kind: 'git', ref: 'feature/x', app: 'web'})
read('git:#7', {kind: 'git', ref: '#7', app: none})
read('.', {kind: 'tree', directory: '.', app: none})
read('tree:../shop#web', {kind: 'tree', directory: '../shop', app: 'web'})
read('https://staging.example/health#top', {kind: 'url', url: 'https://staging.example/health'})
read('http://shop.localhost:7070', {kind: 'url', url: 'http://shop.localhost:7070/'})

const refuses = (text: string, message: RegExp, next: RegExp) =>
  test(`${JSON.stringify(text)} is refused, and what may be meant is named`, (t) => {
    const error = t.throws(() => parseReference(text))
    t.true(isImmError(error, 'SIDE_UNKNOWN'), String(error))
    t.regex(error?.message ?? '', message)
    t.regex(isImmError(error) ? error.next : '', next)
  })

refuses('r12', /does not say what kind/, /^Did you mean release:r12/)
refuses('shop.tar', /does not say what kind/, /^Did you mean archive:shop\.tar/)
refuses('imm.lock', /does not say what kind/, /^Did you mean lock:imm\.lock/)
refuses('compose.prod.yaml', /does not say what kind/, /^Did you mean compose:compose\.prod\.yaml#service/)
refuses('out.yaml#Deployment/web', /does not say what kind/, /^Did you mean k8s:out\.yaml#Deployment\/web/)
refuses('main', /does not say what kind/, /^Did you mean env:main, git:main or image:main\?$/)
refuses('staging.example/shop', /does not say what kind/, /https:\/\/staging\.example\/shop/)
refuses('0123456789ab', /does not say what kind/, /^Did you mean container:0123456789ab/)
refuses('3fa9c1e', /does not say what kind/, /^Did you mean git:3fa9c1e/)
refuses('shop', /does not say what kind/, /^Did you mean image:shop or git:shop\?$/)
refuses('shop:1', /no kind of side "shop"/, /^Did you mean image:shop:1\?$/)
refuses('imgae:shop:1', /no kind of side "imgae"/, /^Did you mean image:shop:1\?$/)
refuses('contianer:ab12', /no kind of side "contianer"/, /^Did you mean container:ab12\?$/)
refuses('', /does not say what kind/, /^Did you mean/)
for (const bad of ['bogus', 'sha256:0123', 'linux', 'linux/arm64/v8/x', `${sha256}@bogus`, ''])
  refuses(`image:shop@${bad}`, /behind its @ neither a digest nor a platform$/, /image:shop@linux\/arm64.*sha256/)
refuses('compose:a#b/compose.yaml', /a \/ behind its #/, /compose:a%23b\/compose\.yaml/)
refuses('tree:a#b/c', /a \/ behind its #/, /tree:a%23b\/c/)
refuses('compose:a.yaml,#web', /no file beside a comma/, /compose:FILE#service/)
refuses('image:', /names nothing/, /image:REF/)
refuses('release:latest', /names no release/, /release:r12/)
refuses('release:/r1', /names no release/, /release:r12/)
refuses('compose:#web', /names no file/, /compose:FILE#service/)
refuses('compose:compose.yaml#', /names nothing in it/, /compose:FILE#service/)
refuses('k8s:out.yaml#web', /names no workload/, /k8s:FILE#Deployment\/name/)
refuses('k8s:out.yaml#Deployment/web/app/more', /names no workload/, /k8s:FILE#Deployment\/name/)
refuses('git:main#', /names no app/, /git:REF/)

test('a password in a URL is refused, and not repeated', (t) => {
  const error = t.throws(() => parseReference('https://ann:hunter2@staging.example/'))
  t.true(isImmError(error, 'SIDE_UNKNOWN'))
  t.false(`${error?.message}${isImmError(error) ? error.next : ''}`.includes('hunter2'))
})

test('every kind has a form that begins with its name', (t) => {
  for (const [kind, form] of Object.entries(referenceForms)) t.true(form.startsWith(`${kind}:`))
})

test('docs/parity-sides.md has a row for every kind', async (t) => {
  const page = await readFile(new URL('../../../docs/parity-sides.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `([a-z0-9]+):[^`]*` \| \S/gm)].map(([, kind = '']) => kind)
  t.deepEqual(
    [...new Set(rows)].filter((kind) => Object.hasOwn(referenceForms, kind)),
    Object.keys(referenceForms),
  )
})
