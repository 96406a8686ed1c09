import test from 'ava'

import type {LayerStep} from '../../../src/parity/image/facts.ts'
import {resolve} from '../../../src/parity/image/resolve.ts'
import {treeOf} from '../../../src/parity/image/tree.ts'

const put = (path: string, kind: 'file' | 'directory' = 'file', mode = 0o644): LayerStep => ({
  does: 'put',
  fact: {path, kind, mode, uid: 0, gid: 0, size: 0},
})

const link = (path: string, target: string): LayerStep => ({
  does: 'put',
  fact: {path, kind: 'link', mode: 0o777, uid: 0, gid: 0, size: 0, target},
})

const treeWith = (...layers: readonly LayerStep[][]) => treeOf(layers.map((steps) => ({steps})))

const pathsOf = (...layers: readonly LayerStep[][]) => [...treeWith(...layers).all()].map(({path}) => path)

test('a file of a later layer replaces that of an earlier, and a directory keeps what is in it', (t) => {
  const tree = treeWith(
    [put('/a', 'directory', 0o755), put('/a/b')],
    [put('/a', 'directory', 0o700)],
    [put('/a/b', 'file', 0o600)],
  )
  t.deepEqual(
    [...tree.all()].map(({path, mode, layer}) => [path, mode, layer]),
    [
      ['/a', 0o700, 1],
      ['/a/b', 0o600, 2],
    ],
  )
})

test('a deletion takes what is below with it', (t) => {
  t.deepEqual(pathsOf([put('/a/b/c'), put('/a/d')], [{does: 'remove', path: '/a/b'}]), ['/a', '/a/d'])
  t.deepEqual(pathsOf([put('/a')], [{does: 'remove', path: '/a'}], [put('/a')]), ['/a'])
})

test('a deletion means lower layers alone, wherever it stands in its own', (t) => {
  t.deepEqual(pathsOf([put('/a/old')], [put('/a/new'), {does: 'remove', path: '/a'}]), ['/a', '/a/new'])
  t.deepEqual(pathsOf([put('/a/old')], [put('/a/new'), {does: 'empty', path: '/a'}]), ['/a', '/a/new'])
  t.deepEqual(pathsOf([put('/a')], [{does: 'empty', path: '/'}, put('/b')]), ['/b'])
})

test('deletions of what is not there are passed over', (t) => {
  t.deepEqual(pathsOf([{does: 'remove', path: '/a/b'}, {does: 'empty', path: '/c'}, put('/d')]), ['/d'])
})

test('a file in the place of a directory takes away what was in it', (t) => {
  t.deepEqual(pathsOf([put('/a/b')], [put('/a')]), ['/a'])
})

test('what is below a link of a lower layer makes a directory of it, and the link is not followed', (t) => {
  const tree = treeWith([put('/usr/lib', 'directory'), link('/lib', 'usr/lib')], [put('/lib/x')])
  t.is(tree.get('/lib')?.kind, 'directory')
  t.is(tree.get('/lib/x')?.kind, 'file')
  t.is(tree.get('/usr/lib/x'), undefined)
})

test('a second name of a file is the file, also when the first is replaced later', (t) => {
  const tree = treeWith([put('/a', 'file', 0o600)], [{does: 'link', path: '/b', to: '/a'}, put('/a', 'file', 0o644)])
  t.deepEqual([tree.get('/a')?.mode, tree.get('/b')?.mode, tree.get('/b')?.path], [0o644, 0o600, '/b'])
})

test('links are followed inside the image and never out of it', (t) => {
  const tree = treeWith([
    put('/usr/lib/os-release'),
    put('/etc/passwd'),
    link('/etc/os-release', '../usr/lib/os-release'),
    link('/out', '../../../../etc/passwd'),
    link('/lib', '/usr/lib'),
    link('/nowhere', 'absent'),
  ])
  t.is(resolve(tree, '/etc/os-release')?.path, '/usr/lib/os-release')
  t.is(resolve(tree, '/lib/os-release')?.path, '/usr/lib/os-release')
  t.is(resolve(tree, '/out')?.path, '/etc/passwd')
  t.is(resolve(tree, '/nowhere'), undefined)
  t.deepEqual(resolve(tree, '/'), tree.get('/'))
})

test('links in a circle lead nowhere', (t) => {
  const tree = treeWith([link('/a', 'b'), link('/b', '/a'), link('/self', 'self/self/self')])
  t.is(resolve(tree, '/a'), undefined)
  t.is(resolve(tree, '/self'), undefined)
})

test('what is deleted and put again is there once, and without what was in it', (t) => {
  const layers = [
    [put('/a/b/c'), put('/a/d')],
    [{does: 'remove', path: '/a'} as const],
    [put('/a/d')],
    [{does: 'remove', path: '/a/d'} as const, put('/a/d'), put('/a/e')],
    [{does: 'empty', path: '/a'} as const, put('/a/b', 'directory')],
  ]
  t.deepEqual(pathsOf(...layers.slice(0, 4)), ['/a', '/a/d', '/a/e'])
  t.deepEqual(pathsOf(...layers), ['/a', '/a/b'])
  t.deepEqual(treeWith(...layers.slice(0, 4)).list('/a'), ['d', 'e'])
})
