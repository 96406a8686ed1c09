import test from 'ava'

import {
  exitCodeIn,
  parseErrorIn,
  saysDiskFull,
  takenPort,
  translate,
} from '../../../src/engine/docker/translate-errors.ts'
import {ImmError} from '../../../src/errors.ts'

const codeOf = (error: unknown) => (error instanceof ImmError ? error.code : error)
const failure = (message: string, more: object) => Object.assign(new Error(message), more)

test('a connection that breaks is a lost engine, a closed socket a denied one', (t) => {
  for (const code of ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE'])
    t.is(codeOf(translate(failure('x', {code}), 'listing')), 'ENGINE_LOST')
  t.is(codeOf(translate(failure('x', {code: 'EACCES'}), 'listing')), 'ENGINE_DENIED')
})

test("a refusal has the engine's words without dockerode's", (t) => {
  const error = translate(failure('(HTTP code 409) unexpected - name in use ', {statusCode: 409}), 'creating x')
  t.is(codeOf(error), 'ENGINE_REFUSED')
  t.is((error as Error).message, 'creating x: name in use')
})

test('a full disk is told by the words of the engine, of its builders and of Podman', (t) => {
  for (const words of [
    'write /var/lib/docker/tmp/x: no space left on device',
    'failed to copy files: copy file range failed: no space left on device',
    'mkdir /var/lib/containers/x: disk quota exceeded',
  ]) {
    t.true(saysDiskFull(words))
    t.is(
      codeOf(translate(failure(`(HTTP code 500) server error - ${words} `, {statusCode: 500}), 'x')),
      'ENGINE_DISK_FULL',
    )
  }
  t.false(saysDiskFull('executor failed running: exit code: 28'))
})

test('what imm did wrong stays what it is', (t) => {
  const bug = new TypeError('x is not a function')
  t.is(translate(bug, 'listing'), bug)
})

test('exit codes and lines are found in the words of all builders', (t) => {
  t.is(exitCodeIn('executor failed running [/bin/sh -c x]: exit code: 3'), 3)
  t.is(exitCodeIn('process "/bin/sh -c x" did not complete successfully: exit code: 137'), 137)
  t.is(exitCodeIn('building at STEP "RUN x": while running runtime: exit status 9'), 9)
  t.is(exitCodeIn('unable to find user nobody'), undefined)
  t.deepEqual(
    parseErrorIn('failed to create LLB definition: dockerfile parse error line 3: unknown instruction: FOO'),
    {
      line: 3,
      cause: 'unknown instruction: FOO',
    },
  )
  t.is(parseErrorIn('dockerfile parse error on line 12: unknown flag: x')?.line, 12)
  t.is(parseErrorIn('the Dockerfile cannot be empty'), undefined)
})

test('a port that is taken is read in the words of each engine, with its address where they have it', (t) => {
  const failed = 'driver failed programming external connectivity on endpoint x (1f): '
  for (const [words, port] of [
    [`${failed}Bind for 127.0.0.1:5432 failed: port is already allocated`, 'port 127.0.0.1:5432'],
    [`${failed}Error starting userland proxy: listen tcp4 0.0.0.0:80: bind: address already in use`, 'port 0.0.0.0:80'],
    [`${failed}Bind for :::5432 failed: port is already allocated`, 'port 5432'],
    ['cannot listen on the TCP port: listen tcp4 127.0.0.1:5432: bind: address already in use', 'port 127.0.0.1:5432'],
    ['listen tcp [::1]:5432: bind: address already in use', 'port [::1]:5432'],
    ['address already in use', 'a port'],
    ['no such file or directory', undefined],
  ] as const)
    t.is(takenPort(words), port, words)
})
