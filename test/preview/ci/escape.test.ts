import test from 'ava'

import {codeBlock, codeLine} from '../../../src/preview/ci/escape.ts'
import {hostileLines, hostileTexts} from './results.ts'

/** What a reader sees: the only tags are ours, the rest is text and character references. */
const seen = (html: string): string =>
  html
    .replaceAll(/<\/?(?:pre|code)>/g, '')
    .replaceAll(/&#(\d+);/g, (_, point: string) => String.fromCodePoint(Number(point)))

for (const text of [...hostileTexts, ...hostileLines])
  test(`${JSON.stringify(text.slice(0, 40))} is text, and one line, in a comment`, (t) => {
    const html = codeLine(text)
    t.regex(html, /^<code>(?:[\p{L}\p{M}\p{N} -]|&#\d+;)*<\/code>$/u)
    t.true(seen(html).length <= 120)
    t.regex(codeBlock(text), /^<pre><code>(?:[\p{L}\p{M}\p{N} \n-]|&#\d+;)*<\/code><\/pre>$/u)
  })

test('what is shown is what was written', (t) => {
  for (const text of hostileTexts.filter((each) => !/\p{Cf}/u.test(each) && each.length < 100)) {
    t.is(seen(codeLine(text)), text)
    t.is(seen(codeBlock(text)), text)
  }
})

test('characters that hide, turn or end a line become one space', (t) => {
  t.is(seen(codeLine('a\u202eb\u0000\u200b\r\nc\ud800d')), 'a b c d')
  t.is(seen(codeBlock('a\u202eb  \r\n\tc')), 'a b\n c')
})

test('a long text is cut between characters, and says so', (t) => {
  t.is(seen(codeLine('🚀'.repeat(121))), `${'🚀'.repeat(119)}…`)
  t.is(seen(codeBlock('y'.repeat(3000))).length, 2000)
})
