import test from 'ava'

import {age, bytes, columnsOf, duration, table} from '../../src/terminal/formats.ts'

test('durations grow from ms to hours with one or two units', (t) => {
  const cases = [0, 1.4, 412, 999.4, 999.6, 1234, 9949, 9951, 48_000, 59_600, 180_000, 200_000, 7_500_000]
  t.deepEqual(cases.map(duration), [
    '0 ms',
    '1 ms',
    '412 ms',
    '999 ms',
    '1.0 s',
    '1.2 s',
    '9.9 s',
    '10 s',
    '48 s',
    '1 min',
    '3 min',
    '3 min 20 s',
    '2 h 5 min',
  ])
})

test('ages have one unit', (t) => {
  const cases = [0, 4999, 40_000, 200_000, 18_000_000, 12 * 86_400_000]
  t.deepEqual(cases.map(age), ['just now', 'just now', '40 s ago', '3 min ago', '5 h ago', '12 days ago'])
})

test('bytes count in powers of 1000 and never show 1000 of a unit', (t) => {
  const cases = [0, 512, 999, 1000, 1540, 130_000_000, 999_900_000, 5e15]
  t.deepEqual(cases.map(bytes), ['0 B', '512 B', '999 B', '1.0 kB', '1.5 kB', '130 MB', '1.0 GB', '5000 TB'])
})

const rows = [
  ['r13-3fa9c1e', 'live', 'http://shop.localhost:7070'],
  ['\x1b[36mr9-0000000\x1b[39m', 'previous', ''],
]

test('a table aligns its columns, whatever colours are in its cells', (t) => {
  t.is(
    table(['release', 'state', 'url'], rows),
    [
      'release      state     url',
      'r13-3fa9c1e  live      http://shop.localhost:7070',
      '\x1b[36mr9-0000000\x1b[39m   previous',
    ].join('\n'),
  )
})

test('a table too wide for the terminal becomes blocks and loses nothing', (t) => {
  t.is(
    table(['release', 'state', 'url'], rows.slice(0, 1), 40),
    ['release  r13-3fa9c1e', 'state    live', 'url      http://shop.localhost:7070'].join('\n'),
  )
})

test('a table without rows is its headings', (t) => {
  t.is(table(['release', 'state'], []), 'release  state')
})

test('only a terminal with columns limits the width', (t) => {
  t.deepEqual([{isTTY: true, columns: 80}, {isTTY: true, columns: 0}, {columns: 80}].map(columnsOf), [
    80,
    Infinity,
    Infinity,
  ])
})
