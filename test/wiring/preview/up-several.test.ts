import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test, {type ExecutionContext} from 'ava'

import {isImmError} from '../../../src/errors.ts'
import {upPreviews} from '../../../src/wiring/preview/up-several.ts'
import {makeRepository} from '../../source/repository/git.ts'
import {imm, jsonLines} from '../../support/imm.ts'
import {recordedPreviews} from '../../support/serve-actions.ts'

const signal = AbortSignal.timeout(60_000)

const bringUp = async (t: ExecutionContext, names: readonly string[]) => {
  const {directory, git} = await makeRepository(t)
  await git('branch', 'a')
  await git('branch', 'b')
  const home = await mkdtemp(path.join(tmpdir(), 'imm-up-'))
  t.teardown(async () => rm(home, {recursive: true, force: true}))
  const told: string[] = []
  const {actions} = recordedPreviews()
  await upPreviews(
    {
      repository: directory,
      names,
      parallel: 1,
      pinned: undefined,
      listener: () => {},
      onUnknown: (name, {code, message}) => told.push(`${name} ${code}: ${message}`),
      onEnd: ({name}, end) => told.push(`${name} ${isImmError(end) ? end.code : end.outcome}`),
    },
    signal,
    {
      paths: {home, runtime: path.join(home, 'run')},
      up: async (request, stop) => ({...(await actions.up(request, stop)), timings: undefined, error: undefined}),
    },
  )
  return {told, name: path.basename(directory)}
}

test('a name that there is not keeps none of the others, and is told with its reason before them', async (t) => {
  const {told, name} = await bringUp(t, ['a', 'nosuch', 'b', 'refs/heads/a'])
  t.deepEqual(told, [
    `nosuch REF_NOT_FOUND: ${name} has no branch, tag, pull request or commit \`nosuch\`.`,
    'a live',
    'b live',
  ])
})

test('where no name is known nothing is brought up, each has its line, and it ends with 1', async (t) => {
  const {directory, beside} = await makeRepository(t)
  const {exitCode, stdout} = await imm({home: beside, directory}, 'preview', 'up', 'nosuch', 'neither', '--json')
  t.is(exitCode, 1)
  t.like(jsonLines(stdout), [
    {type: 'preview', name: 'nosuch', outcome: 'failed', error: {code: 'REF_NOT_FOUND'}},
    {type: 'preview', name: 'neither', outcome: 'failed', error: {code: 'REF_NOT_FOUND'}},
  ])
})
