import {existsSync, realpathSync} from 'node:fs'
import path from 'node:path'

import {executable} from '../machine.ts'
import type {Rootfs, Entry} from '../rootfs.ts'
import {ground, groundChanges} from './ground.ts'
import {librariesOf} from './libraries.ts'
import {tree} from './tree.ts'

/** The Node that runs this script, and the npm of this machine. */
export const nodeRootfs = (): Rootfs => ({
  entries: [
    ...ground(),
    {kind: 'copy', path: '/usr/local/bin/node', from: process.execPath, identity: process.version},
    ...librariesOf([process.execPath]),
    ...npm(),
    {kind: 'directory', path: '/home/node', mode: 0o755, owner: 1000},
  ],
  changes: [...groundChanges(), 'CMD ["node"]'],
})

const npm = (): Entry[] => {
  const directory = npmDirectory()
  if (!directory) return []
  return [
    ...tree(directory, '/usr/local/lib/node_modules/npm', (at) => at === 'docs' || at === 'man'),
    {kind: 'link', path: '/usr/local/bin/npm', target: '../lib/node_modules/npm/bin/npm-cli.js'},
    {kind: 'link', path: '/usr/local/bin/npx', target: '../lib/node_modules/npm/bin/npx-cli.js'},
  ]
}

/** Of the npm that started this script, else of the one in the PATH. */
const npmDirectory = (): string | undefined => {
  const started = process.env['npm_execpath']
  const inPath = executable('npm')
  return [started, inPath && realpathSync(inPath)]
    .filter((file) => file !== undefined)
    .map((file) => path.resolve(path.dirname(file), '..'))
    .find((directory) => existsSync(path.join(directory, 'bin/npm-cli.js')))
}
