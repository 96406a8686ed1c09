import {cp, mkdtempDisposable, symlink} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

import test from 'ava'
import {execa} from 'execa'

const root = fileURLToPath(new URL('../..', import.meta.url))
const built = ['bin', 'scripts', 'src', 'package.json', 'tsconfig.json', 'tsconfig.build.json']

test('what is built starts under its own name and knows its commands without src', async (t) => {
  await using directory = await mkdtempDisposable(path.join(tmpdir(), 'imm-build-'))
  const at = (name: string) => path.join(directory.path, name)
  for (const name of built) await cp(path.join(root, name), at(name), {recursive: true})
  await symlink(path.join(root, 'node_modules'), at('node_modules'))
  await execa(process.execPath, [at('scripts/build.mjs')])

  const published = path.join(directory.path, 'published')
  for (const name of ['bin/run.js', 'dist', 'oclif.manifest.json', 'package.json'])
    await cp(at(name), path.join(published, name), {recursive: true})
  const imm = async (...args: string[]) =>
    (await execa(process.execPath, [path.join(published, 'bin/run.js'), ...args])).stdout
  t.regex(await imm('--version'), /^@imm-dev\/imm\/\d+\.\d+\.\d+ /)
  const help = await imm('--help')
  for (const command of ['dev', 'rollback', 'down', 'proxy']) t.regex(help, new RegExp(`^ {2}${command} `, 'm'))
  t.regex(await imm('dev', '--help'), /--environment/)
})
