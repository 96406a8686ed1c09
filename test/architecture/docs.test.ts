import {readFileSync} from 'node:fs'

import test from 'ava'

import {errorTable} from '../../src/errors.ts'
import {exitCodes} from '../../src/terminal/failure.ts'

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')

/** The cells of every table row of a page, without those of headings. */
const rows = (file: string) =>
  read(file)
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .map((line) =>
      line
        .slice(1, -1)
        .split(' | ')
        .map((cell) => cell.trim()),
    )

/** The names in backticks of a cell. */
const quoted = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name)

test('docs/errors.md lists exactly the codes of src/errors.ts, in their order, each with when and what to do', (t) => {
  const documented = rows('docs/errors.md').filter(([code]) => code?.startsWith('`'))
  t.deepEqual(
    documented.map(([code]) => quoted(code)[0]),
    Object.keys(errorTable),
    'the codes of docs/errors.md (-) and of src/errors.ts (+)',
  )
  for (const [code, when, action] of documented) t.true(Boolean(when && action), `docs/errors.md: ${code} lacks a cell`)
})

test('docs/errors.md lists exactly the exit codes that commands end with', (t) => {
  const documented = rows('docs/errors.md').filter(([code]) => /^\d+$/.test(code ?? ''))
  t.deepEqual(
    documented.map(([code]) => Number(code)),
    Object.values(exitCodes),
  )
})

const fieldNames = (fields = '') => [...fields.matchAll(/(\w+)\??:/g)].map(([, name]) => name)

/** `type: fields` of each member of the union `Happening`. */
const happenings = (): string[] => {
  const union = /export type Happening =([\s\S]*?)\n\n/.exec(read('src/lifecycle/events.ts'))?.[1] ?? ''
  const code = union.replaceAll(/\/\*[\s\S]*?\*\//g, '')
  const members = [...code.matchAll(/\{\s*type: '(\w+)'([^{}]*)\}/g)]
  return members.map(([, type, fields]) => `${type}: ${fieldNames(fields).join(', ')}`)
}

test('docs/events.md lists exactly the types and fields of src/lifecycle/events.ts', (t) => {
  const documented = rows('docs/events.md').filter(([type]) => type?.startsWith('`'))
  const expected = happenings()
  t.true(expected.length > 10, 'the events of src/lifecycle/events.ts are found')
  t.deepEqual(
    documented.map(([type, fields]) => `${quoted(type)[0]}: ${quoted(fields).join(', ')}`),
    expected,
    'docs/events.md (-) and src/lifecycle/events.ts (+)',
  )
})
