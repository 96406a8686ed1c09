import {existsSync, readFileSync} from 'node:fs'

import test from 'ava'
import {execa} from 'execa'

import type {BuildInfo} from '../../../../src/parity/runtimes/go/build-info.ts'
import {goProgram as reductionOf} from '../../../../src/parity/runtimes/go/program.ts'
import {reducedTo} from '../../reductions.ts'
import {goProgram, type GoProgram, mark, modinfo} from './programs.ts'

const infoOf = (program: Buffer, pieces?: number) => reducedTo(reductionOf('/bin/app'), program, pieces)

const text = `path\tcommand-line-arguments
mod\texample.com/shop\t(devel)\t
dep\tgithub.com/a/b\tv1.2.3\th1:x=
dep\tgithub.com/c/d\tv0.1.0
=>\t./d\t(devel)\t
dep\tgithub.com/e/f\tv2.0.0+incompatible
=>\tgithub.com/fork/f\tv2.0.1\th1:y=
build\tCGO_ENABLED=0
build\tvcs.revision=0123abc
build\tvcs.modified=false
`

const modules = [
  ['github.com/a/b', 'v1.2.3'],
  ['github.com/c/d', '=>./d'],
  ['github.com/e/f', '=>github.com/fork/f@v2.0.1'],
]

const layouts: Readonly<Record<string, GoProgram>> = {
  'since Go 1.18': {},
  'before Go 1.18, of 64 bits': {inline: false, pointer: 8},
  'before Go 1.18, of 32 bits': {inline: false, pointer: 4},
  'before Go 1.18, big-endian': {inline: false, pointer: 8, bigEndian: true},
  'before Go 1.18, of 32 bits and big-endian': {inline: false, pointer: 4, bigEndian: true},
}

for (const [name, layout] of Object.entries(layouts))
  test(`a program built ${name} says by which Go, and of which modules, whatever pieces it comes in`, (t) => {
    const program = goProgram({...layout, goVersion: 'go1.17.5', text})
    for (const pieces of [1, 100, 4096, 100_000])
      t.deepEqual(infoOf(program, pieces), {version: '1.17.5', main: ['example.com/shop', '0123abc'], modules})
    t.deepEqual(infoOf(goProgram({...layout, goVersion: 'go1.17'})), {version: '1.17', modules: []})
  })

test('a program that knows the mark, or has data of that look, is not misled by it', (t) => {
  const decoys = [
    Buffer.concat([mark, Buffer.of(8, 2), Buffer.alloc(16), Buffer.from('\x05hello')]),
    Buffer.concat([mark, Buffer.of(8, 0), Buffer.alloc(16, 0xff)]),
    Buffer.concat([Buffer.alloc(3), mark, Buffer.of(8, 2), Buffer.alloc(16), Buffer.from('\x06go1.90\x00')]),
    modinfo('mod\tnot\tthis\n'),
  ]
  for (const decoy of decoys) t.deepEqual(infoOf(goProgram({decoy})), {version: '1.24.3', modules: []})
})

const main = (lines: string) => (infoOf(goProgram({text: lines})) as BuildInfo).main

test('a tree that was changed is told from its commit, and a version of the program itself is kept', (t) => {
  const dirty = 'mod\tm\t(devel)\t\nbuild\tvcs.revision=abc\nbuild\tvcs.modified=true\n'
  t.deepEqual(main(dirty), ['m', 'abc+dirty'])
  t.deepEqual(main('mod\tm\tv1.2.3\th1:x\nbuild\tvcs.revision=abc\n'), ['m', 'v1.2.3'])
  t.deepEqual(main('mod\tm\t(devel)\t\n'), ['m', '(devel)'])
})

test('programs of other languages, scripts and files that are cut off say nothing, or that they are damaged', (t) => {
  t.is(infoOf(Buffer.from('#!/bin/sh\n')), undefined)
  t.is(infoOf(Buffer.alloc(0)), undefined)
  t.is(infoOf(goProgram({}).subarray(0, 0x8000)), undefined)
  t.deepEqual(infoOf(goProgram({text}).subarray(0, 0x8070)), {
    problem: 'its build information is cut off, or larger than any',
  })
})

test('libraries, data and documents are not searched', (t) => {
  for (const path of ['/lib/libc.so.6', '/app/server.js', '/app/LICENSE', '/usr/share/x/y', '/x.dist-info/METADATA'])
    t.is(reductionOf(path), undefined, path)
  for (const path of ['/server', '/usr/bin/kube-proxy', '/app/app-v1.2', '/app/bin/a_b', '/app.linux-amd64'])
    t.not(reductionOf(path), undefined, path)
})

const programs = [
  '/usr/bin/docker',
  '/usr/local/bin/docker',
  '/usr/bin/containerd',
  '/usr/local/go/bin/go',
  '/usr/local/bin/terraform',
]
const compiler = ['/usr/local/go/bin/go', '/usr/bin/go'].find(existsSync)

for (const program of compiler === undefined ? [] : programs.filter(existsSync))
  test(`${program} of this machine says what \`go version -m\` says of it`, async (t) => {
    const {stdout} = await execa(compiler ?? '', ['version', '-m', program])
    const lines = stdout.split('\n').map((line) => line.trim().split('\t'))
    const {version, modules: read} = infoOf(readFileSync(program), 65_536) as BuildInfo
    t.deepEqual([`${program}: go${version}`], lines[0])
    t.deepEqual(
      read.map(([path]) => path),
      lines.filter(([kind]) => kind === 'dep').map(([, path]) => path),
    )
    const replaced = new Set(lines.filter((_, at) => lines[at + 1]?.[0] === '=>').map(([, path]) => path))
    t.deepEqual(
      read.filter(([path]) => !replaced.has(path)).map(([, each]) => each),
      lines.filter(([kind, path]) => kind === 'dep' && !replaced.has(path)).map(([, , each]) => each),
    )
  })
