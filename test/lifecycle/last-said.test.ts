import test from 'ava'

import {lastSaid} from '../../src/lifecycle/last-said.ts'
import type {LogLine} from '../../src/lifecycle/ports.ts'

const line = (stream: LogLine['stream'], text: string, timeMs: number): LogLine => ({stream, text, timeMs})
const many = (stream: LogLine['stream'], count: number, timeMs: number): LogLine[] =>
  Array.from({length: count}, (_, index) => line(stream, `${stream} ${index + 1}`, timeMs))

test('why a program ended is told, although its engine wrote down its other lines after that', (t) => {
  const lines = [line('stderr', 'Error: no database', 1000), ...many('stdout', 30, 1003)]
  const said = lastSaid(lines, 20)
  t.is(said.length, 20)
  t.deepEqual(said.slice(-2), ['stdout 30', 'Error: no database'])
})

test('what was said longer ago than streams can be apart keeps its place', (t) => {
  const lines = [line('stderr', 'a warning at the start', 1000), ...many('stdout', 3, 5000), line('stderr', 'oh', 5001)]
  t.deepEqual(lastSaid(lines, 20), ['a warning at the start', 'stdout 1', 'stdout 2', 'stdout 3', 'oh'])
  t.deepEqual(lastSaid(lines, 2), ['stdout 3', 'oh'])
})

test('nothing was said', (t) => {
  t.deepEqual(lastSaid([], 20), [])
})
