import {execFileSync} from 'node:child_process'
import {readdirSync} from 'node:fs'
import path from 'node:path'

import {executable} from '../machine.ts'
import type {Entry, Rootfs} from '../rootfs.ts'
import {SetupError} from '../setup-error.ts'
import {ground, groundChanges} from './ground.ts'
import {librariesOf} from './libraries.ts'
import {tree} from './tree.ts'

interface Python {
  executable: string
  /** standard library */
  stdlib: string
  /** directory of pip's package; null where pip is not installed */
  pip: string | null
  /** `3.11` */
  version: string
}

const question = `
import json, os, sys, sysconfig
try:
    import pip
    pip = os.path.dirname(pip.__file__)
except ImportError:
    pip = None
print(json.dumps({"executable": os.path.realpath(sys.executable), "stdlib": sysconfig.get_path("stdlib"), "pip": pip, "version": sysconfig.get_python_version()}))
`

/** This machine's Python 3 with its standard library and pip, below /usr/local as in the official image. */
export const pythonRootfs = (): Rootfs => {
  const python = findPython()
  const lib = `/usr/local/lib/python${python.version}`
  const stdlib = tree(python.stdlib, lib, notNeeded)
  const extensions = stdlib.flatMap((entry) =>
    entry.kind === 'copy' && entry.path.endsWith('.so') ? [entry.from] : [],
  )
  return {
    entries: [
      ...ground(),
      {kind: 'copy', path: `/usr/local/bin/python${python.version}`, from: python.executable},
      ...['python', 'python3'].map((name): Entry => ({
        kind: 'link',
        path: `/usr/local/bin/${name}`,
        target: `python${python.version}`,
      })),
      // Libraries that lie in Python's own prefix go where the loader looks without being told.
      ...librariesOf([python.executable, ...extensions]).map(intoLoaderPath),
      ...stdlib,
      ...pip(python, lib),
    ],
    changes: [...groundChanges(), 'ENV LD_LIBRARY_PATH=/usr/local/lib', 'CMD ["python3"]'],
  }
}

const findPython = (): Python => {
  const program = executable('python3')
  if (!program)
    throw new SetupError(['no Python 3 on this machine to assemble a base image from, and no image registry answers.'])
  return JSON.parse(execFileSync(program, ['-c', question], {encoding: 'utf8'})) as Python
}

const skipped = new Set([
  '__pycache__',
  'test',
  'tests',
  'idle_test',
  'site-packages',
  'dist-packages',
  'idlelib',
  'turtledemo',
  'lib2to3',
])

const notNeeded = (relative: string): boolean =>
  skipped.has(path.basename(relative)) || relative.startsWith('config-') || relative.endsWith('.a')

const systemLibraries = /^\/(?:usr\/)?lib(?:32|64)?\//

const intoLoaderPath = (entry: Entry): Entry =>
  systemLibraries.test(entry.path) ? entry : {...entry, path: `/usr/local/lib/${path.basename(entry.path)}`}

const pip = (python: Python, lib: string): Entry[] => {
  if (python.pip === null) return []
  const site = path.dirname(python.pip)
  const metadata = readdirSync(site).filter((name) => /^pip-.*\.dist-info$/.test(name))
  const script = '#!/usr/local/bin/python3\nimport sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n'
  return [
    ...['pip', ...metadata].flatMap((name) =>
      tree(path.join(site, name), `${lib}/site-packages/${name}`, (at) => path.basename(at) === '__pycache__'),
    ),
    ...['pip', 'pip3'].map((name): Entry => ({
      kind: 'text',
      path: `/usr/local/bin/${name}`,
      text: script,
      mode: 0o755,
    })),
  ]
}
