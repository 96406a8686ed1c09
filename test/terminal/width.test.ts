import test from 'ava'

import {cut, padded, width} from '../../src/terminal/width.ts'

const widths: Readonly<Record<string, number>> = {
  '': 0,
  'feature/x': 9,
  '\u001b[32mgreen\u001b[39m': 5,
  ünïcode: 7,
  'u\u0308': 1,
  日本語: 6,
  '機能/ログイン': 13,
  ｶﾞ: 2,
  한국어: 6,
  '👩‍💻': 2,
  '🇩🇪': 2,
  '✔': 1,
}

for (const [text, columns] of Object.entries(widths))
  test(`${JSON.stringify(text)} takes ${columns} columns`, (t) => {
    t.is(width(text), columns)
  })

test('a text is padded and cut by columns, and no character is cut in two', (t) => {
  t.is(padded('日本', 6), '日本  ')
  t.is(padded('日本', 3), '日本')
  t.is(cut('日本語', 5), '日本')
  t.is(cut('a👩‍💻b', 2), 'a')
  t.is(cut('a👩‍💻b', 4), 'a👩‍💻b')
})
