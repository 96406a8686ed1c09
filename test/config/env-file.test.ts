import test from 'ava'

import {parseEnvFile} from '../../src/config/env-file.ts'

const none = () => undefined

const reads = test.macro({
  title: (given, text: string) => given ?? `reads ${JSON.stringify(text)}`,
  exec(t, text: string, values: Record<string, string>) {
    t.deepEqual(parseEnvFile(text, none), {values, mistakes: [], warnings: []})
  },
})

test(reads, 'A=1\nB=two words\n', {A: '1', B: 'two words'})
test(reads, '\uFEFFA=1\r\nB=2\r\n', {A: '1', B: '2'})
test(reads, '# comment\n\n  # another\nA=1 # rest\nB=a#b\nC= # only a comment', {A: '1', B: 'a#b', C: ''})
test(reads, 'export A=1\n  export   B = 2', {A: '1', B: '2'})
test(reads, 'A: 1\nB:2', {A: '1', B: '2'})
test(reads, `A='as $it \\n is' # c\nB="with \\n and \\"q\\" and \\$x" # c`, {
  A: 'as $it \\n is',
  B: 'with \n and "q" and $x',
})
test(reads, `KEY="-----BEGIN-----\nabc\n-----END-----"\nB='x\ny'\nC=3`, {
  KEY: '-----BEGIN-----\nabc\n-----END-----',
  B: 'x\ny',
  C: '3',
})
test(reads, 'A=1\nA=2', {A: '2'})
test(reads, 'A=\nB=""', {A: '', B: ''})
test(reads, 'HOST=db\nURL=pg://${HOST}:${PORT:-5432}/$HOST\nD=a$$b\nE="$HOST"', {
  HOST: 'db',
  URL: 'pg://db:5432/db',
  D: 'a$b',
  E: 'db',
})
test(reads, 'dotted.name=1\nwith-dash=2', {'dotted.name': '1', 'with-dash': '2'})
test('reads an empty file', reads, '', {})

test('prefers what is set outside, as Compose does', (t) => {
  t.is(parseEnvFile('HOST=db\nURL=$HOST', (name) => (name === 'HOST' ? 'outside' : undefined)).values['URL'], 'outside')
})

test('takes a key without a value from outside, and says when it is not there', (t) => {
  const {values, warnings} = parseEnvFile('A\nB\n', (name) => (name === 'A' ? '1' : undefined))
  t.deepEqual(values, {A: '1'})
  t.is(warnings.length, 1)
  t.is(warnings[0]?.line, 2)
})

test('names the lines that make no sense without repeating them', (t) => {
  const {values, mistakes} = parseEnvFile('A=1\nhunter2 hunter3\n=hunter2\nB="hunter2\nC=3', none)
  t.deepEqual(
    mistakes.map(({line}) => line),
    [2, 3, 4],
  )
  t.deepEqual(values, {A: '1', C: '3'})
  t.notRegex(JSON.stringify(mistakes), /hunter/)
})

test('warns of a $ that swallows part of a value, without repeating it', (t) => {
  const {values, warnings} = parseEnvFile('A=1\nPASSWORD=pa$word', none)
  t.is(values['PASSWORD'], 'pa')
  t.is(warnings[0]?.line, 2)
  t.notRegex(warnings[0]?.message ?? 'word', /word is/)
  t.regex(warnings[0]?.message ?? '', /^PASSWORD refers to a variable that is not set/)
})
