import test from 'ava'

import {candidatesOf, wantedPaths} from '../../src/drift/candidates.ts'
import {fileDifferences} from '../../src/drift/files.ts'
import {withoutDeclared} from '../../src/drift/not-drift.ts'
import type {ImageFile, InstanceChange} from '../../src/lifecycle/ports.ts'

const fileAt = (path: string, more: Partial<ImageFile> = {}): ImageFile => ({
  path,
  kind: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtimeMs: 0,
  size: 1,
  content: 'a',
  xattrs: {},
  ...more,
})

const directory = (path: string, more: Partial<ImageFile> = {}): ImageFile =>
  fileAt(path, {kind: 'directory', mode: 0o755, size: 0, content: '', ...more})

const changesOf = (kind: InstanceChange['kind'], ...paths: string[]): InstanceChange[] =>
  paths.map((path) => ({path, kind}))

const byPath = (files: readonly ImageFile[]) => new Map(files.map((file) => [file.path, file]))

const compare = (
  changes: readonly InstanceChange[],
  image: readonly ImageFile[],
  container: readonly ImageFile[],
  mounts: readonly string[] = [],
): string[] => {
  const declared = withoutDeclared(
    changes,
    mounts.map((path) => ({path})),
  )
  return fileDifferences(candidatesOf(declared), byPath(image), byPath(container)).map(({kind, path, below, what}) =>
    `${kind} ${path} ${below} ${what.map(({aspect}) => aspect).join()}`.trim(),
  )
}

test('what an engine puts into every container is no drift, nor is what is mounted or leads to a mount', (t) => {
  const changes = [
    ...changesOf('added', '/.dockerenv', '/run/.containerenv', '/run', '/dev/console', '/sbin/docker-init', '/sbin'),
    ...changesOf('changed', '/etc', '/etc/hosts', '/etc/resolv.conf', '/etc/hostname'),
    ...changesOf('added', '/var', '/var/lib', '/var/lib/data', '/var/lib/data/file'),
  ]
  const etc = directory('/etc', {mtimeMs: 1})
  t.deepEqual(compare(changes, [directory('/etc')], [etc], ['/var/lib/data']), [])
})

test('what is written beside a mount is drift', (t) => {
  const changes = changesOf('added', '/var', '/var/data', '/var/database', '/var/database/file')
  t.deepEqual(compare(changes, [], [directory('/var/database')], ['/var/data']), ['added /var/database 1'])
})

test('a file that was only touched or copied up is no drift', (t) => {
  t.deepEqual(compare(changesOf('changed', '/a'), [fileAt('/a')], [fileAt('/a', {mtimeMs: 9})]), [])
})

test('a directory is not reported beside what changed in it, and is where its own mode or owner did', (t) => {
  const changes = changesOf('changed', '/d', '/d/a')
  const image = [directory('/d'), fileAt('/d/a')]
  const other = fileAt('/d/a', {content: 'b'})
  t.deepEqual(compare(changes, image, [directory('/d', {mtimeMs: 9}), other]), ['changed /d/a 0 content'])
  t.deepEqual(compare(changes, image, [directory('/d', {mode: 0o700, uid: 5}), other]), [
    'changed /d 0 mode,owner',
    'changed /d/a 0 content',
  ])
})

test('what is in an added or deleted directory goes with it', (t) => {
  const changes = [...changesOf('added', '/a', '/a/b', '/a/b/c', '/a-b'), ...changesOf('deleted', '/d', '/d/e')]
  t.deepEqual(compare(changes, [directory('/d'), fileAt('/d/e')], [directory('/a'), fileAt('/a-b')]), [
    'added /a 2',
    'added /a-b 0',
    'deleted /d 0',
  ])
  t.deepEqual(wantedPaths(candidatesOf(changes)), {container: ['/a', '/a-b', '/d'], image: ['/d']})
})

const one = (image: ImageFile, container: ImageFile) => compare(changesOf('changed', '/a'), [image], [container])

test('each way in which a file can differ is told', (t) => {
  const link = (content: string) => fileAt('/a', {kind: 'link', mode: 0o777, content})
  t.deepEqual(one(fileAt('/a'), fileAt('/a', {mode: 0o4755})), ['changed /a 0 mode'])
  t.deepEqual(one(fileAt('/a'), fileAt('/a', {gid: 5})), ['changed /a 0 owner'])
  t.deepEqual(one(fileAt('/a'), fileAt('/a', {content: 'b', uid: 5})), ['changed /a 0 content,owner'])
  t.deepEqual(one(link('/x'), link('/y')), ['changed /a 0 target'])
  t.deepEqual(one(link('/x'), {...link('/x'), mode: 0o755}), [], 'a link has no mode of its own')
  t.deepEqual(one(fileAt('/a'), link('/x')), ['changed /a 0 kind'])
})

test('a directory in place of a file takes along what is in it', (t) => {
  const changes = [...changesOf('changed', '/a'), ...changesOf('added', '/a/b', '/a/b/c', '/a/d')]
  const now = [directory('/a'), directory('/a/b'), fileAt('/a/d')]
  t.deepEqual(compare(changes, [fileAt('/a')], now), ['changed /a 3 kind'])
})

test('a directory that was deleted and made anew is told, where the engine calls that deleted', (t) => {
  const changes = [...changesOf('deleted', '/d'), ...changesOf('added', '/d/new')]
  t.deepEqual(compare(changes, [directory('/d')], [directory('/d'), fileAt('/d/new')]), [
    'changed /d 0 entries',
    'added /d/new 0',
  ])
})

test('the engine’s word for a change matters less than what is there', (t) => {
  t.deepEqual(compare(changesOf('deleted', '/d'), [], [directory('/d')]), ['added /d 0'])
  t.deepEqual(compare(changesOf('changed', '/a'), [fileAt('/a')], []), ['deleted /a 0'])
  t.deepEqual(compare([...changesOf('added', '/a'), ...changesOf('changed', '/b')], [], []), [], 'gone since')
})
