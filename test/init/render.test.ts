import {readdir, readFile} from 'node:fs/promises'

import test from 'ava'

import {ImmBug} from '../../src/errors.ts'
import {render} from '../../src/init/render.ts'

test('sections stand with their value, or without it, and nest', (t) => {
  const template = 'a\n{{#x}}\nx is {{x}}\n{{^y}}\nno y\n{{/y}}\n{{/x}}\nb\n'
  t.is(render(template, {x: 7, y: ''}), 'a\nx is 7\nno y\nb\n')
  t.is(render(template, {x: 7, y: true}), 'a\nx is 7\nb\n')
  t.is(render(template, {x: undefined, y: undefined}), 'a\nb\n')
})

test('values are taken as they are', (t) => {
  t.is(render('CMD {{c}}\n', {c: '["$&", "{{d}}"]'}), 'CMD ["$&", "{{d}}"]\n')
})

test('a name that nobody set and a section without an end are bugs', (t) => {
  for (const template of ['{{nothing}}', '{{#x}}\na', 'a\n{{/x}}'])
    t.throws(() => render(template, {x: 1}), {instanceOf: ImmBug})
})

test('every Dockerfile runs as a numbered user, takes its base as an argument and starts in the exec form', async (t) => {
  const templates = new URL('../../templates/', import.meta.url)
  const files = (await readdir(templates, {recursive: true})).filter((name) => /\/Dockerfile(?:\.\w+)?$/.test(name))
  t.true(files.length >= 7)
  for (const file of files) {
    const text = await readFile(new URL(file, templates), 'utf8')
    t.regex(text, /^ARG BASE_IMAGE=/m, file)
    for (const from of text.match(/^FROM .*$/gm) ?? [])
      t.regex(from, /^FROM (?:\$\{(?:BASE|BUILD)_IMAGE\}|dependencies)/, file)
    t.regex(text.slice(text.lastIndexOf('\nFROM')), /^USER [1-9]\d*:[1-9]\d*$/m, file)
    t.regex(text, /^CMD (?:\[|\{\{command\}\})/m, file)
    t.notRegex(text, /^# ?syntax|<</m, file)
  }
})

test('every .dockerignore keeps secrets, history and what is installed out', async (t) => {
  for (const flavour of ['node', 'python', 'go', 'ruby', 'static']) {
    const lines = (await readFile(new URL(`../../templates/${flavour}/dockerignore`, import.meta.url), 'utf8')).split(
      '\n',
    )
    for (const line of ['.git', '**/.env', '**/.env.*', '**/*.key', 'Dockerfile*', 'imm.yaml'])
      t.true(lines.includes(line), `${flavour}: ${line}`)
  }
})
