import test from 'ava'

import {runtimeFile} from '../../../src/parity/runtimes/runtimes.ts'
import {mutationsOf} from '../mutations.ts'
import {programWith, reducedTo} from '../reductions.ts'
import {goProgram} from './go/programs.ts'

const text = 'path\tx\nmod\texample.com/shop\t(devel)\t\ndep\ta\tv1\th1:x=\n=>\tb\tv2\t\nbuild\tvcs.revision=abc\n'

const files: Readonly<Record<string, Buffer | string>> = {
  '/bin/node': programWith('node.js/v18.20.4P', 'node-v18.20.4-headers.tar.gz'),
  '/include/node/node_version.h':
    '#define NODE_MAJOR_VERSION 20\n#define NODE_MINOR_VERSION 1\n#define NODE_PATCH_VERSION 1\n',
  '/bin/python3.11': programWith('3.11.2', 'Python-3.11.7'),
  '/include/python3.11/patchlevel.h': '#define PY_VERSION "3.11.7"\n',
  '/lib/ruby/3.3.0/x86_64-linux/rbconfig.rb': '  CONFIG["RUBY_PROGRAM_VERSION"] = "3.3.5"\n',
  '/jdk/release': 'JAVA_VERSION="17.0.1"\nJAVA_RUNTIME_VERSION="17.0.1+1"\n',
  '/bin/app': goProgram({text}),
  '/bin/old': goProgram({text, inline: false}),
  '/bin/small': goProgram({text, inline: false, pointer: 4, bigEndian: true}),
}

for (const [path, content] of Object.entries(files))
  test(`whatever is changed in ${path}, it is read, or is a problem, or says nothing`, (t) => {
    const intact = reducedTo(runtimeFile(path), content) as {version: string}
    t.is(typeof intact.version, 'string')
    const started = performance.now()
    for (const {changed, pieces} of mutationsOf(Buffer.from(content), 150)) {
      const value = reducedTo(runtimeFile(path), changed, pieces) as {version?: unknown; problem?: unknown} | undefined
      if (value !== undefined) t.is(typeof (value.version ?? value.problem), 'string')
    }
    t.true(performance.now() - started < 20_000)
  })
