import {cp, mkdtemp, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

import type {ExecutionContext} from 'ava'

import {askForHandover} from '../../../src/proxy/handover/ask.ts'
import type {HandoverDone} from '../../../src/proxy/handover/messages.ts'
import type {DaemonProgram} from '../../../src/proxy/spawn-daemon.ts'
import type {DaemonPlace} from './daemon.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

export const daemonAt = (daemon: string): DaemonProgram => ({node: process.execPath, daemon})

/** One of the programs in kit/daemons. */
export const kitDaemon = (name: string): DaemonProgram =>
  daemonAt(fileURLToPath(new URL(`daemons/${name}.ts`, import.meta.url)))

/** The daemon of an imm of another version, which speaks another version of the control API. */
export const otherVersion = async (
  t: ExecutionContext,
  version: string,
  apiVersion: number,
): Promise<DaemonProgram> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-version-'))
  t.teardown(async () => rm(directory, {recursive: true, force: true}))
  await cp(path.join(root, 'src'), path.join(directory, 'src'), {recursive: true})
  await symlink(path.join(root, 'node_modules'), path.join(directory, 'node_modules'))
  const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as object
  await writeFile(path.join(directory, 'package.json'), JSON.stringify({...manifest, version}))
  const status = path.join(directory, 'src/proxy/status.ts')
  const text = await readFile(status, 'utf8')
  await writeFile(status, text.replace(/apiVersion = \d+/, `apiVersion = ${apiVersion}`))
  return daemonAt(path.join(directory, 'src/wiring/daemon.ts'))
}

/** Has the running proxy replaced by this daemon. */
export const replaceBy = async ({paths, signal}: DaemonPlace, program?: DaemonProgram): Promise<HandoverDone> => {
  const done = await askForHandover(paths, signal, program)
  if (done === undefined) throw new Error('the proxy does not run')
  return done
}
