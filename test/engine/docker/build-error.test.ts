import test from 'ava'

import {buildError} from '../../../src/engine/docker/build-error.ts'

const of = (words: string, name?: string, exitCode?: number) =>
  buildError({words, exitCode}, name === undefined ? undefined : {name, output: ['last']}, 'docker/Dockerfile')

test('a failed RUN is named with its exit code', (t) => {
  const error = of('returned a non-zero code: 3', '[3/5] RUN npm ci', 3)
  t.is(error.code, 'BUILD_FAILED')
  t.is(error.message, 'RUN npm ci failed with exit code 3')
  t.is(error.step, '[3/5] RUN npm ci')
  t.deepEqual(error.output, ['last'])
})

test('what fails without an exit code keeps the words of the engine', (t) => {
  const error = of('"/x" not found: not found', '[stage-1 2/2] COPY x /x')
  t.is(error.code, 'BUILD_FAILED')
  t.is(error.message, 'COPY x /x failed: "/x" not found: not found')
})

test('a long instruction is shortened to its first line', (t) => {
  const error = of('exit code: 1', `[2/2] RUN <<EOF (${'x'.repeat(200)})\nmore`)
  t.true(error.message.length < 160)
  t.false(error.message.includes('more'))
})

test('a missing base image is known by the step that needs it, in every builder', (t) => {
  const names: [string, string][] = [
    ['[internal] load metadata for docker.io/library/node:24', 'node:24'],
    ['[internal] load metadata for ghcr.io/a/b:1', 'ghcr.io/a/b:1'],
    ['resolve image config for docker-image://docker.io/docker/dockerfile:1', 'docker/dockerfile:1'],
    ['[1/4] FROM node:24 AS build', 'node:24'],
    ['[build 1/4] FROM --platform=linux/amd64 docker.io/library/node:24@sha256:aa', 'node:24@sha256:aa'],
  ]
  for (const [step, image] of names) {
    const error = of('no such host', step)
    t.is(error.code, 'BASE_IMAGE_MISSING', step)
    t.true(error.message.startsWith(`the base image ${image} is not`), error.message)
  }
})

test('without a failed step the Dockerfile is at fault', (t) => {
  const parse = of(
    'failed to solve with frontend dockerfile.v0: dockerfile parse error line 3: unknown instruction: FOO',
  )
  t.is(parse.code, 'DOCKERFILE_INVALID')
  t.is(parse.message, 'docker/Dockerfile:3: unknown instruction: FOO')
  t.is(of('the Dockerfile cannot be empty').message, 'docker/Dockerfile: the Dockerfile cannot be empty')
})

test('an unknown instruction that is met as a step is a mistake in the Dockerfile', (t) => {
  t.is(of('Unknown instruction', '[3/4] FOO bar').code, 'DOCKERFILE_INVALID')
  t.is(of('cannot read', '[internal] load remote build context').code, 'BUILD_FAILED')
})

test('a full disk is told apart from every other failure', (t) => {
  t.is(of('write /x: no space left on device', '[2/2] RUN npm ci').code, 'ENGINE_DISK_FULL')
})
