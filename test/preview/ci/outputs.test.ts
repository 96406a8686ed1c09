import test from 'ava'

import {dotenv, githubOutput, outputsOf, properties} from '../../../src/preview/ci/outputs.ts'
import {hostileLines, hostileTexts, liveResult} from './results.ts'

/** As the runner reads the file: `name<<delimiter`, lines, the delimiter alone. */
const readOutput = (text: string): Map<string, string> => {
  const found = new Map<string, string>()
  const lines = text.split('\n')
  while (lines.length > 1) {
    const [name = '', delimiter = ''] = (lines.shift() ?? '').split('<<')
    const end = lines.indexOf(delimiter)
    if (end === -1) throw new Error(`${name} has no end`)
    found.set(name, lines.splice(0, end).join('\n'))
    lines.shift()
  }
  return found
}

test('outputs are what steps need, and nothing that somebody else has written', (t) => {
  t.deepEqual(Object.fromEntries(outputsOf(liveResult)), {
    outcome: 'live',
    url: 'https://feature-cart--shop.previews.example.org/',
    project: 'shop',
    environment: 'feature-cart',
    commit: liveResult.commit,
    image: 'sha256:aa',
    image_bytes: '131500000',
    start_ms: '412',
  })
  for (const text of hostileTexts)
    t.deepEqual(outputsOf({...liveResult, ref: text, subject: text}), outputsOf(liveResult))
})

test('of several apps the sizes are added, the slowest start counts, and no image is the one', (t) => {
  const apps = [10, 30, 20].map((startMs, at) => ({app: `a${at}`, startMs, image: {id: `i${at}`, bytes: 100}}))
  const outputs = outputsOf({...liveResult, apps: [...apps, {app: 'unknown'}]})
  t.deepEqual([outputs.get('image'), outputs.get('image_bytes'), outputs.get('start_ms')], [undefined, '300', '30'])
})

test('a rejected commit without an address has outcome and code alone', (t) => {
  const error = {code: 'CRASHED', message: 'x'}
  const outputs = outputsOf({...liveResult, outcome: 'rejected', url: undefined, apps: [], error})
  t.deepEqual([...outputs.keys()], ['outcome', 'project', 'environment', 'commit', 'error'])
})

test('GITHUB_OUTPUT: no value ends itself or begins another output', (t) => {
  const values = [...hostileTexts, ...hostileLines, 'a\nimm_x\nurl<<imm_x\nhttps://evil.example', '', '\n']
  const outputs = new Map(values.map((value, at) => [`v${at}`, value]))
  t.deepEqual(readOutput(githubOutput(outputs)), outputs)
})

test('GITHUB_OUTPUT: a delimiter that a value has is not taken', (t) => {
  const suggestions = ['one', 'two', 'three']
  const text = githubOutput(new Map([['v', 'x\nimm_one\nimm_two']]), () => suggestions.shift() ?? '')
  t.is(text, 'v<<imm_three\nx\nimm_one\nimm_two\nimm_three\n')
})

test('dotenv has one plain line per value, no empty one, and leaves out what it can not hold', (t) => {
  const values = [...hostileTexts, ...hostileLines]
  const outputs = new Map([...outputsOf(liveResult), ...values.map((value, at) => [`v${at}`, value] as const)])
  const text = dotenv(outputs)
  for (const line of text.trimEnd().split('\n')) t.regex(line, /^IMM_PREVIEW_[A-Z0-9_]+=[\w./:@%+,?=&~-]*$/)
  t.true(text.includes('\nIMM_PREVIEW_URL=https://feature-cart--shop.previews.example.org/\n'))
  t.notRegex(text, /\$|pwned/)
})

test('a report for GitLab has fewer variables than it takes, and none that shadows another', (t) => {
  const lines = dotenv(outputsOf(liveResult)).trimEnd().split('\n')
  t.true(lines.length <= 20)
  t.true(lines.every((line) => line.startsWith('IMM_PREVIEW_')))
})

/** As java.util.Properties reads a value. */
const readProperty = (text: string): string =>
  text.replaceAll(/\\u([\da-f]{4})|\\(.)/g, (_, hex: string | undefined, character: string) =>
    hex === undefined ? character : String.fromCharCode(Number.parseInt(hex, 16)),
  )

test('a properties file gives each value back, whatever it holds, on one line of ASCII', (t) => {
  for (const value of [...hostileTexts, ...hostileLines, ' a', 'C:\\x = y']) {
    const text = properties(new Map([['comment', value]]))
    t.regex(text, /^IMM_PREVIEW_COMMENT=(?! )[\x20-\x7e]*\n$/)
    t.is(readProperty(text.slice('IMM_PREVIEW_COMMENT='.length, -1)), value)
  }
})
