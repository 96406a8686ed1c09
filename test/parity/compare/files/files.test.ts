import test from 'ava'

import type {FileFact} from '../../../../src/parity/image/facts.ts'
import {betweenImages, outline} from '../found.ts'
import {config, directory, dpkg, file, files} from '../sides.ts'

const between = (a: readonly FileFact[], b: readonly FileFact[]) =>
  betweenImages(
    {config: {...config, workdir: '/app'}, files: files(...a)},
    {config: {...config, workdir: '/app'}, files: files(...b)},
  )

const manyFiles = (content: string) => [
  ...Array.from({length: 400}, (_, at) => file(`/app/src/${String(at).padStart(3, '0')}.js`, content)),
  file('/app/run', content, {mode: 0o755}),
  file('/app/src/settings.yaml', content),
]

test('hundreds of files are one finding, with the ten that tell the most', (t) => {
  const [found, ...more] = between(manyFiles('a'), manyFiles('b'))
  t.deepEqual(more, [])
  t.deepEqual(
    [found?.rule, found?.subject, found?.message],
    ['files.content', '/app', '402 files with other content, below /app'],
  )
  t.is(found?.details?.length, 10)
  t.deepEqual(found?.details?.slice(0, 3), ['/app/src/settings.yaml', '/app/run', '/app/src/000.js'])
})

const filesAt = (content: string, ...paths: string[]) => paths.map((path) => file(path, content))

test('files in different places are told apart, and those in too many are told together', (t) => {
  const some = ['/app/a', '/app/b', '/etc/x/y', '/opt/tool/c']
  t.deepEqual(outline(between(filesAt('1', ...some), filesAt('2', ...some))), [
    'files.content /app',
    'files.content /etc/x/y',
    'files.content /opt/tool/c',
  ])
  const many = ['/a/x', '/b/x', '/c/x', '/d/x', '/e/x', '/f/x', '/g/x']
  t.deepEqual(outline(between(filesAt('1', ...many), filesAt('2', ...many))), ['files.content /'])
})

const toolFiles = (content: string) => [
  file('/usr/local/bin/tool', content),
  file('/usr/share/doc/tool/README', content),
]

test('what nobody reads comes last, and by itself it is a note', (t) => {
  t.deepEqual(
    between(toolFiles('a'), toolFiles('b')).map(({rule, severity, subject}) => [rule, severity, subject]),
    [
      ['files.content', 'error', '/usr/local/bin/tool'],
      ['files.documentation', 'note', '/usr/share/doc/tool/README'],
    ],
  )
})

test('a missing directory is told by what is in it, an empty one by itself, whether or not a layer mentions it', (t) => {
  const kept = file('/app/a')
  t.is(between([kept], [kept, directory('/app/b'), file('/app/b/c')])[0]?.message, '/app/b/c is only in B')
  t.is(between([kept, directory('/app/b')], [kept])[0]?.message, '/app/b is only in A')
  t.is(between([kept, directory('/app/b', {implied: true})], [kept])[0]?.message, '/app/b is only in A')
})

test('files that are on either side alone are one finding that says how many are where', (t) => {
  const [found] = between([file('/app/a'), file('/app/b')], [file('/app/c')])
  t.is(found?.message, '2 files only in A, 1 file only in B, below /app')
  t.deepEqual(found?.details, ['only in A: /app/a', 'only in A: /app/b', 'only in B: /app/c'])
})

const link = (mode: number) => file('/app/l', '', {kind: 'link', target: 'x', mode, sha256: undefined})

test('a directory that a layer only implies is as engines make it, and the mode of a link is not compared', (t) => {
  const implied = directory('/app', {implied: true})
  t.deepEqual(between([directory('/app')], [implied]), [])
  t.deepEqual(outline(between([directory('/app', {mode: 0o700, uid: 5})], [implied])), [
    'files.mode /app',
    'files.owner /app',
  ])
  t.deepEqual(between([link(0o777)], [link(0o755)]), [])
})

test('one file that differs in several ways is told by each', (t) => {
  t.deepEqual(
    between(
      [file('/app/a', 'x', {mode: 0o4755, uid: 0})],
      [file('/app/a', 'y', {mode: 0o755, uid: 1000, gid: 50})],
    ).map(({message}) => message),
    [
      '/app/a has other content in A than in B',
      'the mode of /app/a is 4755 in A and 0755 in B',
      'the owner of /app/a is 0:0 in A and 1000:50 in B',
    ],
  )
})

const labelled = (xattrs: Record<string, string>) => [file('/app/a', 'x', {xattrs})]

test("a machine's own label on a file is no difference, a file capability is", (t) => {
  t.deepEqual(between(labelled({'security.selinux': 'a'}), labelled({})), [])
  t.is(between(labelled({'security.capability': 'a'}), labelled({}))[0]?.rule, 'files.privileges')
})

const locked = (digest: string) => ({files: {digest, count: 3}})

test('without a list, other files are an error that nothing else explains', (t) => {
  const [found, ...more] = betweenImages(locked('a'), {files: files(file('/app/a'))})
  t.deepEqual([found?.rule, found?.severity, more], ['files.digest', 'error', []])
  t.regex(found?.message ?? '', /which, can't be told, as A has no list of them$/)
  t.deepEqual(betweenImages(locked('a'), locked('a')), [])
  t.deepEqual(
    outline(
      betweenImages({...locked('a'), packages: dpkg({curl: '1-1'})}, {...locked('b'), packages: dpkg({curl: '2-1'})}),
    ),
    ['os.package.version curl', 'files.digest files'],
  )
})

const linkTo = (path: string, target: string) => [file(path, '', {kind: 'link', target, sha256: undefined})]

test('links that lead to one place are the same, however it is written, unless another link may be between', (t) => {
  t.deepEqual(between(linkTo('/lib', 'usr/lib'), linkTo('/lib', '/usr/lib')), [])
  t.deepEqual(between(linkTo('/etc/x', '../usr/./x'), linkTo('/etc/x', '/usr/x')), [])
  t.deepEqual(outline(between(linkTo('/etc/x', 'a/../b'), linkTo('/etc/x', 'b'))), ['files.link /etc/x'])
})

const device = (of: string) => [file('/jail/null', '', {kind: 'device', device: of, sha256: undefined})]

test('a device is another where its kind or number is', (t) => {
  t.deepEqual(between(device('character 1:3'), device('character 1:3')), [])
  t.is(
    between(device('character 1:3'), device('block 1:3'))[0]?.message,
    'the kind of /jail/null is device (character 1:3) in A and device (block 1:3) in B',
  )
})

const withDirectories = (...entries: readonly (readonly [path: string, digest: string])[]) => ({
  config: {...config, workdir: '/app'},
  files: {
    digest: JSON.stringify(entries),
    count: 9,
    directories: entries.map(([path, digest]) => ({path, digest, count: 3})),
  },
})

test('without a list, the directories that differ are told, in few findings', (t) => {
  const same = ['/etc', '1'] as const
  const [found, ...more] = betweenImages(withDirectories(['/app', '1'], same), withDirectories(['/app', '2'], same))
  t.deepEqual([found?.rule, found?.subject, found?.a, more], ['files.digest', '/app', '3 files, 1', []])
  t.regex(found?.message ?? '', /^A has other files in \/app than B; which, can't be told/)
  const [app, lib] = betweenImages(
    withDirectories(['/app', '1'], ['/app/src', '1'], same),
    withDirectories(['/app', '2'], ['/app/src', '2'], same, ['/usr/lib', '3']),
  )
  t.deepEqual([app?.subject, app?.details], ['/app', ['/app', '/app/src']])
  t.deepEqual([lib?.subject, lib?.a, lib?.b], ['/usr/lib', undefined, '3 files, 3'])
  const many = ['/a', '/app', '/b', '/c', '/d', '/e', '/f'].map((path) => [path, path] as const)
  const all = betweenImages(withDirectories(), withDirectories(...many))
  t.deepEqual(
    all.map(({subject, severity}) => [subject, severity]),
    [['/', 'error']],
  )
  t.is(all[0]?.details?.[0], '/app', "the application's own first")
})
