import {writeFile} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {isImmError} from '../../../src/errors.ts'
import {statePaths} from '../../../src/state/paths.ts'
import {sidesOf} from '../../../src/wiring/parity/compare.ts'
import {openBoth} from '../../../src/wiring/parity/open-both.ts'
import {temporaryProject} from '../../config/project.ts'
import {startSide} from '../../parity/replay/sides.ts'

const refused = (a: string | undefined): string => {
  try {
    sidesOf({a, b: undefined, build: true}, undefined)
  } catch (error) {
    if (isImmError(error, 'USAGE')) return `${error.message}. ${error.next}`
    throw error
  }
  return 'taken'
}

test('without sides the working tree, or what runs, is compared with what imm.yaml names', (t) => {
  t.deepEqual(sidesOf({a: undefined, b: undefined, build: true}, 'lock:x'), ['.', 'lock:x'])
  t.deepEqual(sidesOf({a: undefined, b: undefined, build: false}, 'lock:x'), ['env:main', 'lock:x'])
  t.deepEqual(sidesOf({a: 'image:a', b: undefined, build: true}, 'lock:x'), ['image:a', 'lock:x'])
  t.deepEqual(sidesOf({a: 'image:a', b: 'image:b', build: true}, 'lock:x'), ['image:a', 'image:b'])
})

test('where no second side is known it is asked for', (t) => {
  t.regex(refused(undefined), /^there is nothing to compare \. with\. Name two sides/)
  t.regex(refused('image:a'), /Name the second one.*`imm parity \. image:a` compares/)
})

test('the first side that fails is told, and the other is stopped', async (t) => {
  await using project = await temporaryProject({})
  await writeFile(path.join(project.directory, 'bad.lock'), 'version: [')
  const context = {cwd: project.directory, paths: statePaths(), onStep: () => {}, onWarning: () => {}}
  // It never answers: that this ends before its own deadline shows that it was stopped.
  const silent = await startSide(t, 'silent', () => {})
  const startedMs = performance.now()
  const error = await t.throwsAsync(openBoth(['lock:bad.lock', silent.origin], context, new AbortController().signal))
  t.true(performance.now() - startedMs < 9000)
  t.true(isImmError(error, 'LOCK_UNREADABLE'), String(error))
})

test('when it is stopped from without, that is what it says', async (t) => {
  await using project = await temporaryProject({})
  const context = {cwd: project.directory, paths: statePaths(), onStep: () => {}, onWarning: () => {}}
  const reason = new Error('stopped')
  await t.throwsAsync(openBoth(['lock:a', 'lock:b'], context, AbortSignal.abort(reason)), {is: reason})
})
