import test from 'ava'

import {effectiveDockerfile, mountsSecrets} from '../../src/config/effective-dockerfile.ts'

const copied = (text: string, copies: {from: string; to: string}[], more: {target?: string; user?: string} = {}) =>
  effectiveDockerfile(text, {target: more.target, copies}, more.user)

test('without copies the text stays as it is', (t) => {
  t.is(copied('FROM a\r\nRUN b', []), 'FROM a\r\nRUN b')
})

test('copies come last in the built stage, and what follows it is cut off', (t) => {
  const text = 'FROM a AS dev\nRUN b\n\nFROM dev AS prod\nRUN c'
  const copies = [{from: './src/', to: '/app/src'}]
  t.is(copied(text, copies), `${text}\nCOPY src /app/src\n`)
  t.is(copied(text, copies, {target: 'dev'}), 'FROM a AS dev\nRUN b\nCOPY src /app/src\n')
  t.is(copied(text, copies, {target: '0'}), 'FROM a AS dev\nRUN b\nCOPY src /app/src\n')
})

test('the whole context is a copy like any other', (t) => {
  for (const from of ['.', './', '']) t.is(copied('FROM a', [{from, to: '/app'}]), 'FROM a\nCOPY . /app\n')
})

const owned = test.macro((t, text: string, user: string | undefined, flag: string, target?: string) => {
  const made = copied(text, [{from: 'a', to: '/a'}], {
    ...(user === undefined ? {} : {user}),
    ...(target === undefined ? {} : {target}),
  })
  t.is(made.trimEnd().split('\n').at(-1), `COPY ${flag}a /a`)
})
test(
  'what is copied belongs to the last USER of the stage',
  owned,
  'FROM a\nUSER x\nUSER node',
  undefined,
  '--chown=node ',
)
test(
  'a numeric USER with its group is taken as it is',
  owned,
  'FROM a\nUSER 1000:1001',
  undefined,
  '--chown=1000:1001 ',
)
test('the USER of the stage underneath counts', owned, 'FROM a AS b\nUSER node\nFROM b', undefined, '--chown=node ')
test('the user of the settings wins', owned, 'FROM a\nUSER node', '1000', '--chown=1000 ')
test('root needs no --chown', owned, 'FROM a\nUSER node\nUSER root', undefined, '')
test('a variable counts in its own stage', owned, 'FROM a\nARG U=node\nUSER $U', undefined, '--chown=$U ')
test('a variable of another stage is not known', owned, 'FROM a AS b\nARG U=node\nUSER $U\nFROM b', undefined, '')
test(
  'the USER of a stage that comes later does not count',
  owned,
  'FROM a AS b\nFROM b AS c\nUSER x',
  undefined,
  '',
  'b',
)

test('names that a Dockerfile would read otherwise are written so that they are names', (t) => {
  const made = copied('FROM a', [{from: 'c d/[x]*?$y', to: '/c d/$y'}])
  t.is(made, 'FROM a\nCOPY ["c d/[[]x][*][?]\\\\$y","/c d/\\\\$y"]\n')
})

test('a RUN that mounts a secret is found, among other mounts too', (t) => {
  t.true(mountsSecrets('FROM a\nRUN --mount=type=secret,id=x cat /run/secrets/x'))
  t.true(mountsSecrets('FROM a\nRUN --mount=type=cache,target=/c \\\n  --mount=id=x,type=secret true'))
  t.false(mountsSecrets('FROM a\nRUN --mount=type=cache,target=/secret true\n# RUN --mount=type=secret true'))
})
