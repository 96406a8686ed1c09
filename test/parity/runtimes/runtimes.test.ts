import test from 'ava'

import {readRuntimes, runtimeFile, runtimesIn} from '../../../src/parity/runtimes/runtimes.ts'
import type {Entry} from '../image/archives.ts'
import {imageWith} from '../images.ts'
import {programWith} from '../reductions.ts'

const runtimes = async (...entries: Entry[]) =>
  runtimesIn(await imageWith(entries, runtimeFile)).map(({name, version, path}) => `${name} ${version} ${path}`)

const gaps = async (...entries: Entry[]) =>
  readRuntimes(await imageWith(entries, runtimeFile)).gaps.map(({part, reason}) => `${part}: ${reason}`)

const nodeOf = (version: string) =>
  programWith(
    'node.js/v99.0.0Protocol',
    `https://nodejs.org/download/release/v${version}/node-v${version}-headers.tar.gz`,
  )
const nodeHeader = `#ifndef SRC_NODE_VERSION_H_
#define NODE_MAJOR_VERSION 20
#define NODE_MINOR_VERSION 19
#define NODE_PATCH_VERSION 1

#define NODE_VERSION_IS_LTS 1
`

test('an image of files alone has no runtime, and nothing is missing', async (t) => {
  const entries: Entry[] = [
    [{name: 'app/server.js'}, 'x'],
    [{name: 'usr/share/completions/node'}, '_node() {}'],
    [{name: 'etc/release'}, 'VERSION=1'],
  ]
  t.deepEqual(await runtimes(...entries), [])
  t.deepEqual(await gaps(...entries), [])
})

test('a node says which one it is, by its archives before its own name', async (t) => {
  t.deepEqual(await runtimes([{name: 'usr/local/bin/node'}, nodeOf('24.21.0')]), ['node 24.21.0 /usr/local/bin/node'])
  t.deepEqual(await runtimes([{name: 'opt/node'}, nodeOf('25.0.0-nightly2025')]), ['node 25.0.0-nightly2025 /opt/node'])
  t.deepEqual(await runtimes([{name: 'usr/bin/nodejs'}, programWith('node.js/v18.20.4Protocol')]), [
    'node 18.20.4 /usr/bin/nodejs',
  ])
})

test('the headers beside a node count where the program says nothing; headers alone are no runtime', async (t) => {
  const header: Entry = [{name: 'usr/local/include/node/node_version.h'}, nodeHeader]
  t.deepEqual(await runtimes(header), [])
  t.deepEqual(await runtimes(header, [{name: 'usr/local/bin/node'}, programWith('stripped')]), [
    'node 20.19.1 /usr/local/bin/node',
  ])
  t.deepEqual(await runtimes(header, [{name: 'usr/local/bin/node'}, nodeOf('20.19.2')]), [
    'node 20.19.2 /usr/local/bin/node',
  ])
})

test('a node that leaves everything to its library says it there', async (t) => {
  t.deepEqual(
    await runtimes(
      [{name: 'usr/bin/node'}, programWith('x')],
      [{name: 'usr/lib/x86_64-linux-gnu/libnode.so.115'}, programWith('node.js/v20.19.2Protocol')],
    ),
    ['node 20.19.2 /usr/bin/node'],
  )
})

test('each of several runtimes is told by its path, in one order; a link is none of its own', async (t) => {
  t.deepEqual(
    await runtimes(
      [{name: 'usr/bin/node'}, nodeOf('22.1.0')],
      [{name: 'opt/tool/bin/node'}, nodeOf('20.0.0')],
      [{name: 'usr/bin/nodejs', type: 'symlink', linkname: 'node'}],
    ),
    ['node 20.0.0 /opt/tool/bin/node', 'node 22.1.0 /usr/bin/node'],
  )
})

test('a python says its patch level in its program, or in its library', async (t) => {
  t.deepEqual(await runtimes([{name: 'usr/bin/python3.11'}, programWith('3.11.2', '3.2.0')]), [
    'python 3.11.2 /usr/bin/python3.11',
  ])
  for (const library of ['usr/local/lib/libpython3.11.so.1.0', 'usr/local/lib/x86_64-linux-gnu/libpython3.11.so.1.0'])
    t.deepEqual(
      await runtimes([{name: 'usr/local/bin/python3.11'}, programWith('x')], [{name: library}, programWith('3.11.7')]),
      ['python 3.11.7 /usr/local/bin/python3.11'],
    )
  t.deepEqual(await runtimes([{name: 'usr/local/lib/libpython3.11.so.1.0'}, programWith('3.11.7')]), [])
})

test('the copy of a python in a virtual environment is no other one', async (t) => {
  t.deepEqual(
    await runtimes(
      [{name: 'app/.venv/bin/python3.11'}, programWith('3.11.2')],
      [{name: 'app/.venv/pyvenv.cfg'}, 'home = /usr/bin'],
    ),
    [],
  )
})

test('numbers of other things in a python are not taken for its version', async (t) => {
  const program = programWith('13.11.9', '3.11.x', '3.11.8 is out', 'v3.11.6', 'Python-3.11.7', '3.11.1')
  t.deepEqual(await runtimes([{name: 'bin/python3.11'}, program]), ['python 3.11.7 /bin/python3.11'])
  t.deepEqual(await runtimes([{name: 'bin/python3.13'}, programWith('3.13.0rc2+')]), [
    'python 3.13.0rc2+ /bin/python3.13',
  ])
})

test('the headers of a python count where its program says nothing', async (t) => {
  const header = '#define PY_MAJOR_VERSION 3\n#define PY_VERSION              "3.12.4+"\n'
  t.deepEqual(
    await runtimes(
      [{name: 'usr/bin/python3.12'}, programWith('x')],
      [{name: 'usr/include/python3.12/patchlevel.h'}, header],
    ),
    ['python 3.12.4+ /usr/bin/python3.12'],
  )
})

test('a ruby says which one it is in its configuration', async (t) => {
  const config = `module RbConfig
  CONFIG["MAJOR"] = "3"
  CONFIG["RUBY_PROGRAM_VERSION"] = "3.3.5"
`
  for (const path of [
    'usr/local/lib/ruby/3.3.0/x86_64-linux/rbconfig.rb',
    'usr/lib/x86_64-linux-gnu/ruby/3.3.0/rbconfig.rb',
  ])
    t.deepEqual(await runtimes([{name: path}, config]), [`ruby 3.3.5 /${path}`])
})

test('a JDK says which one it is in its file of releases, with its build where that is there', async (t) => {
  const temurin = 'IMPLEMENTOR="Eclipse Adoptium"\nJAVA_RUNTIME_VERSION="25.0.3+9-LTS"\nJAVA_VERSION="25.0.3"\n'
  t.deepEqual(await runtimes([{name: 'opt/java/openjdk/release'}, temurin]), [
    'java 25.0.3+9-LTS /opt/java/openjdk/release',
  ])
  t.deepEqual(await runtimes([{name: 'jre/release'}, 'JAVA_VERSION="1.8.0_392"\nOS_NAME="Linux"\n']), [
    'java 1.8.0_392 /jre/release',
  ])
})

test('a runtime that does not say its version is a gap, and a script of its name is none', async (t) => {
  t.deepEqual(await gaps([{name: 'bin/node'}, programWith('x')], [{name: 'bin/python3.9'}, programWith('x')]), [
    'runtimes: not all files can be read: /bin/node: it has no version in it; /bin/python3.9: it has no version in it',
  ])
  t.deepEqual(await gaps([{name: 'bin/node'}, '#!/bin/sh\nexec /opt/node "$@"\n']), [])
})
