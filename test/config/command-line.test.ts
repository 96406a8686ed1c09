import test from 'ava'
import * as fc from 'fast-check'

import {splitCommand} from '../../src/config/command-line.ts'

const split = test.macro({
  title: (_given, line: string) => `splits ${line}`,
  exec(t, line: string, words: string[]) {
    t.deepEqual(splitCommand(line), {words})
  },
})

test(split, 'node server.js', ['node', 'server.js'])
test(split, '  node   --port=3000\tx  ', ['node', '--port=3000', 'x'])
test(split, `say 'as it is: $HOME \\ "'`, ['say', 'as it is: $HOME \\ "'])
test(split, `say "two words" and"one"'word'`, ['say', 'two words', 'andoneword'])
test(split, String.raw`say "a \"quote\" and \\ and \n"`, ['say', String.raw`a "quote" and \ and \n`])
test(split, String.raw`say a\ b \$HOME`, ['say', 'a b', '$HOME'])
test(split, `say '' ""`, ['say', '', ''])
test(split, `say '&&' a&&b`, ['say', '&&', 'a&&b'])

const refused = test.macro({
  title: (_given, line: string) => `refuses ${JSON.stringify(line)}`,
  exec(t, line: string, why: RegExp) {
    const result = splitCommand(line)
    t.regex('mistake' in result ? result.mistake : '', why)
  },
})

test(refused, '', /empty/)
test(refused, '   ', /empty/)
test(refused, `''`, /empty/)
test(refused, `say "never closed`, /quote " is not closed/)
test(refused, `say 'never closed`, /quote ' is not closed/)
test(refused, 'say \\', /backslash/)
for (const line of ['a && b', 'a | b', 'a > b', 'a 2>&1', 'a &', 'a ; b'])
  test(refused, line, /needs a shell.*\["sh", "-c"/)
for (const line of ['a $PORT', 'a ${PORT}', 'a "$PORT"', 'a $(b)', 'a `b`', '$HOME/x'])
  test(refused, line, /needs a shell/)

test('gives back every list of words that was quoted', (t) => {
  fc.assert(
    fc.property(fc.array(fc.string({minLength: 1}), {minLength: 1}), (words) => {
      const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
      t.deepEqual(splitCommand(quoted.join(' ')), {words})
    }),
  )
})
