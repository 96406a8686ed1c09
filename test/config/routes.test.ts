import test from 'ava'

import {parseConfig} from '../../src/config/file.ts'
import {isImmError} from '../../src/errors.ts'

const routes = (text: string) => parseConfig(`routes: ${text}`, 'imm.yaml').settings.routes

const mistakes = (text: string): string => {
  try {
    routes(text)
    return ''
  } catch (error) {
    if (isImmError(error, 'CONFIG_INVALID')) return error.message
    throw error
  }
}

test('a route is a host, a path, or both, in a word or in parts', (t) => {
  const own = {host: undefined, path: '/api', strip: false}
  for (const text of ['/api', '/api/', '[/api]', '[{path: /api/, strip: false}]'])
    t.deepEqual(routes(text), [own], text)
  t.deepEqual(
    routes("[app.example.test, Shop.localhost/api/v1, {host: a.test, path: '/%C3%BC', strip: true}, localhost/]"),
    [
      {host: 'app.example.test', path: '/', strip: false},
      {host: 'shop.localhost', path: '/api/v1', strip: false},
      {host: 'a.test', path: '/%C3%BC', strip: true},
      {host: 'localhost', path: '/', strip: false},
    ],
  )
})

for (const [text, words] of [
  ["''", /expected a host, a path or both/],
  ['{path: /api}', /expected a host, a path or both/],
  ['5', /expected a host, a path or both/],
  ['http://a.test', /without a scheme/],
  ['a.test:80', /without a port.*imm dev --port/],
  ['"*.a.test"', /expected a host name/],
  ['-a.test', /expected a host name/],
  ['a_b.test', /expected a host name/],
  ['/a/../b', /expected a path of whole segments/],
  ['/a//b', /expected a path of whole segments/],
  ['/a?b', /expected a path of whole segments/],
  ['/ü', /other characters as %C3%BC/],
  ['[{path: api}]', /expected a path of whole segments/],
  ['[{strip: true}]', /nothing to strip/],
  ['[{paht: /api}]', /did you mean "path"/],
  ['[/api, /api/]', /routes\[1\].*twice/],
] as const)
  test(`${text} is a mistake that is told`, (t) => {
    t.regex(mistakes(text), words)
  })
