import {mkdir, readdir, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'

import {isImmError} from '../../../src/errors.ts'
import {readHar} from '../../../src/parity/har/read.ts'
import {recordingFile} from '../../../src/wiring/parity/recording-file.ts'
import {temporaryProject} from '../../config/project.ts'
import {harOf} from '../../parity/replay/sides.ts'

const {signal} = new AbortController()
const environment = {project: 'shop', environment: 'main'}
const head = {version: '0.1.0', comment: ''}

test('a place where nothing can be written is told before anything is recorded', async (t) => {
  await using project = await temporaryProject({file: '', 'directory.har/x': ''})
  const home = path.join(project.directory, 'home')
  const inProject = (name: string) => path.join(project.directory, name)
  for (const [file, why] of [
    ['/proc/x.har', /^the recording \/proc\/x\.har can't be written: ENOENT/],
    [inProject('nowhere/x.har'), /nowhere\/x\.har can't be written: ENOENT/],
    [inProject('file/x.har'), /can't be written: ENOTDIR/],
    [inProject('directory.har'), /can't be written: it is a directory/],
  ] as const) {
    const error = await t.throwsAsync(recordingFile(file, environment, home), {message: why})
    t.true(isImmError(error, 'RECORDING_UNWRITABLE'), file)
  }
  const own = await t.throwsAsync(recordingFile(undefined, environment, inProject('file')))
  t.true(isImmError(own, 'RECORDING_UNWRITABLE'))
})

test('trying a place leaves nothing behind, and what was there stays', async (t) => {
  await using project = await temporaryProject({'x.har': 'before'})
  const home = path.join(project.directory, 'home')
  await recordingFile(path.join(project.directory, 'x.har'), environment, home)
  t.deepEqual(await readdir(project.directory), ['x.har'])
  t.is((await stat(path.join(project.directory, 'x.har'))).size, 6)
})

const keptAt = (error: unknown): string => {
  if (!isImmError(error, 'RECORDING_UNWRITABLE')) throw error
  return /; it is kept in (.*)$/.exec(error.message)?.[1] ?? error.message
}

test('what can not be written in the end is kept below the home of imm, and the error says where', async (t) => {
  await using project = await temporaryProject({'out/keep': ''})
  const home = path.join(project.directory, 'home')
  const {entries} = await harOf('/a', '/b')
  const recording = await recordingFile(path.join(project.directory, 'out/x.har'), environment, home)
  await rm(path.join(project.directory, 'out'), {recursive: true})
  const kept = keptAt(await t.throwsAsync(recording.write(entries, head)))
  t.is(path.dirname(kept), path.join(home, 'recordings'))
  t.is((await readHar(kept, signal)).entries.length, 2)
  t.is((await stat(kept)).mode & 0o777, 0o600)
})

test('where the home of imm takes nothing either, it is kept where temporary files are', async (t) => {
  await using project = await temporaryProject()
  const home = path.join(project.directory, 'home')
  const {entries} = await harOf('/a')
  const recording = await recordingFile(undefined, environment, home)
  await rm(home, {recursive: true})
  await mkdir(home)
  await writeFile(path.join(home, 'recordings'), '')
  const kept = keptAt(await t.throwsAsync(recording.write(entries, head)))
  t.teardown(async () => rm(kept, {force: true}))
  t.is(path.dirname(kept), tmpdir())
  t.is((await readHar(kept, signal)).entries.length, 1)
})
