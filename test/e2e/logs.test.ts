import {setTimeout as sleep} from 'node:timers/promises'

import {startDev} from '../support/dev.ts'
import {followLogs} from '../support/follow-logs.ts'
import {test} from '../support/one-by-one.ts'
import {testProject} from '../support/project.ts'

/** Numbers every line that it ever prints: a burst at its start, one at a time while it runs, a burst at SIGTERM with an open end. */
const server = `
import {readFileSync} from 'node:fs'
import {createServer} from 'node:http'

const content = readFileSync(new URL('greeting.txt', import.meta.url), 'utf8').trim()
let number = 0
const line = (word) => content + ' ' + word + ' ' + ++number
const say = (word) => (number % 2 === 0 ? console.log : console.error)(line(word))

for (let count = 0; count < 30; count++) say('start')
createServer((_request, response) => response.end(content)).listen(3000, '0.0.0.0')
const running = setInterval(() => say('run'), 10)
process.once('SIGTERM', () => {
  clearInterval(running)
  for (let count = 0; count < 30; count++) say('end')
  process.stdout.write(line('last'), () => process.exit(0))
})
`

const flips = 5

test('every line that a release prints is told once, first and last included, as its own', async (t) => {
  await using project = await testProject({files: {'src/server.js': server, 'src/greeting.txt': 'v0'}})
  await using dev = startDev(project)
  const contents = new Map([[(await dev.next('live')).release as string, 'v0']])
  await using followed = followLogs(project)
  await followed.until(() => followed.lines.length > 0)
  for (let flip = 1; flip <= flips; flip++) {
    await project.write('src/greeting.txt', `v${flip}`)
    contents.set((await dev.next('live')).release, `v${flip}`)
  }
  await dev.stop()
  t.is(contents.size, flips + 1)

  const told = dev.events.flatMap((event) =>
    event.type === 'log' && event.release !== undefined ? [{...event, release: event.release}] : [],
  )
  t.deepEqual(new Set(told.map(({release}) => release as string)), new Set(contents.keys()))
  for (const [release, content] of contents) {
    const isOf = (line: Line) => line.release === release
    t.deepEqual(mistakes(told.filter(isOf), content), [], `imm dev of ${release}`)
    const whole = told.filter(isOf).length
    await Promise.race([followed.until(() => followed.lines.filter(isOf).length >= whole), sleep(5000)])
    t.deepEqual(mistakes(followed.lines.filter(isOf), content), [], `imm logs -f of ${release}`)
  }
  t.log(`${told.length} lines of ${contents.size} releases`)
})

interface Line {
  release: string
  stream: 'stdout' | 'stderr'
  text: string
}

/** What is wrong with the lines of one release: all its numbers are there once, in order on each stream, and the last is the last. */
const mistakes = (lines: readonly Line[], content: string): string[] => {
  const numberOf = ({text}: Line) => Number(text.split(' ').at(-1))
  const seen = new Map<number, number>()
  for (const line of lines) seen.set(numberOf(line), (seen.get(numberOf(line)) ?? 0) + 1)
  const highest = Math.max(...seen.keys())
  const numbers = Array.from({length: highest}, (_, index) => index + 1)
  const inOrder = (stream: Line['stream']) =>
    lines
      .filter((line) => line.stream === stream)
      .every((line, index, all) => index === 0 || numberOf(line) > numberOf(all[index - 1] ?? line))
  return [
    ...numbers
      .filter((number) => seen.get(number) !== 1)
      .map((number) => `${number} came ${seen.get(number) ?? 0} times`),
    ...lines.filter(({text}) => !text.startsWith(`${content} `)).map(({text}) => `not its own: ${text}`),
    ...(lines.some(({text}) => text === `${content} last ${highest}`) ? [] : [`the last is missing, ${highest} came`]),
    ...(['stdout', 'stderr'] as const).filter((stream) => !inOrder(stream)).map((stream) => `${stream} out of order`),
  ]
}
