import test from 'ava'

import {safeText, safeTexts} from '../../src/terminal/safe-text.ts'

test('colours stay where they are shown and end with the line', (t) => {
  t.is(safeText('\x1b[1;31mred', true), '\x1b[1;31mred\x1b[0m')
  t.is(safeText('\x1b[1;31mred', false), 'red')
})

test('nothing that moves the cursor, clears, rings or sets a title gets through', (t) => {
  for (const colours of [true, false])
    t.is(
      safeText('a\x1b[2Jb\x1b[3Ac\rd\be\x07f\x1b]0;title\x07g\x1b]8;;http://x\x1b\\h\x9b2Ji', colours).includes(
        '\x1b[',
      ),
      false,
    )
  t.is(safeText('a\x1b[2J\x1b]0;title\x07b\r\x07', true), 'ab')
})

test('text, tabs, line breaks and other scripts are left as they are', (t) => {
  t.is(safeText('a\tb\nç 漢字', true), 'a\tb\nç 漢字')
})

test('every text within an event is made safe', (t) => {
  t.deepEqual(safeTexts({a: ['\x1b[2Jx'], b: {c: '\ry'}, n: 1, u: undefined}, false), {
    a: ['x'],
    b: {c: 'y'},
    n: 1,
    u: undefined,
  })
})
