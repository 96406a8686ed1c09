import type {ExecutionContext} from 'ava'

import type {ErrorCode} from '../../src/errors.ts'
import type {Stage} from '../../src/lifecycle/events.ts'
import {startDev, type Dev, type EventOf} from '../support/dev.ts'
import {containersOf, imagesOf} from '../support/engine-socket.ts'
import {test} from '../support/one-by-one.ts'
import {testProject, type TestProject} from '../support/project.ts'
import {read} from '../support/read.ts'
import {startTraffic} from '../support/traffic.ts'
import {until} from '../support/until.ts'

/** One save that must not go live, and what is said about it. */
interface Mistake {
  file: string
  content(good: string): string
  stage: Stage
  code: ErrorCode
  message: RegExp
  next: RegExp
  output?: (lines: readonly string[], t: ExecutionContext) => void
}

const server = (listen: string): string => `import {createServer} from 'node:http'
console.log('starting')
createServer((request, response) => response.end('hello\\n')).listen(${listen})
`

/** Twenty lines, the last of which says why. */
const lastTwenty =
  (cause: RegExp, first: RegExp = /./) =>
  (lines: readonly string[], t: ExecutionContext): void => {
    t.is(lines.length, 20)
    t.regex(lines.join('\n'), cause)
    t.regex(lines[0] ?? '', first)
  }

const dockerfile = {file: 'Dockerfile', stage: 'build', next: /save|Correct/} as const

const unbuildable: Mistake[] = [
  {
    ...dockerfile,
    content: (good) => `${good}RUNN node --version\n`,
    code: 'DOCKERFILE_INVALID',
    message: /^Dockerfile:9: unknown instruction: RUNN/,
    next: /Dockerfile/,
  },
  {
    ...dockerfile,
    content: (good) =>
      good.replace(
        'EXPOSE',
        `RUN node -e "for (let i = 1; i <= 30; i++) console.log('line', i); process.exit(3)"\nEXPOSE`,
      ),
    code: 'BUILD_FAILED',
    message: /^Dockerfile:6: RUN node .* failed with exit code 3$/,
    output: lastTwenty(/line 30$/, /^line 11$/),
  },
  {
    ...dockerfile,
    content: (good) => good.replace('COPY src', 'COPY sources'),
    code: 'BUILD_FAILED',
    message: /^Dockerfile:5: COPY sources .*not found/,
    next: /\.dockerignore/,
  },
]

const endsByItself: Mistake[] = [
  {
    file: 'src/server.js',
    content: () => "for (let i = 1; i <= 30; i++) console.log('line', i)\nthrow new Error('no database at db:5432')\n",
    stage: 'verify',
    code: 'CRASHED',
    message: /exit code 1$/,
    next: /last lines of output/,
    output: lastTwenty(/Error: no database at db:5432/),
  },
  {
    file: 'src/server.js',
    content: () => "console.log('all done')\n",
    stage: 'verify',
    code: 'CRASHED',
    message: /exit code 0 \(its command came to its end; a server must go on running\)/,
    next: /foreground/,
    output: (lines, t) => t.deepEqual(lines, ['all done']),
  },
  {
    file: 'src/server.js',
    content: () => "console.log('loading')\nfor (const hog = []; ; ) hog.push(Buffer.alloc(1 << 24, 1))\n",
    stage: 'verify',
    code: 'OUT_OF_MEMORY',
    message: /^out of memory: .* 128 MiB$/,
    next: /resources\.memory/,
    output: (lines, t) => t.is(lines[0], 'loading'),
  },
  {
    file: 'Dockerfile',
    content: (good) => good.replace(/^CMD .*/m, 'CMD ["serve", "--all"]'),
    stage: 'verify',
    code: 'CRASHED',
    message: /exit code 127 \(its command was not found\)/,
    next: /CMD/,
    output: (lines, t) => t.regex(lines.join('\n'), /serve/),
  },
  {
    file: 'Dockerfile',
    content: (good) => good.replace('USER node', 'USER nobody-here'),
    stage: 'launch',
    code: 'CRASHED',
    message: /can't be started: .*nobody-here/,
    next: /USER/,
  },
]

const silent: Mistake[] = [
  {
    file: 'src/server.js',
    content: () => "console.log('waiting for the queue')\nsetInterval(() => {}, 1000)\n",
    stage: 'verify',
    code: 'UNHEALTHY',
    message: /^not healthy within 6 s: GET \/ on port 3000: connection refused for \d\.\d s \(\d+ probes\)$/,
    next: /0\.0\.0\.0:3000.*`port:`/,
    output: (lines, t) => t.deepEqual(lines, ['waiting for the queue']),
  },
  {
    file: 'src/server.js',
    content: () => server('8080'),
    stage: 'verify',
    code: 'WRONG_PORT',
    message: /nothing listens on port 3000; the application listens on 8080/,
    next: /`port: 8080`/,
    output: (lines, t) => t.deepEqual(lines, ['starting']),
  },
  {
    file: 'src/server.js',
    content: () => server("3000, '127.0.0.1'"),
    stage: 'verify',
    code: 'LOOPBACK_ONLY',
    message: /127\.0\.0\.1:3000/,
    next: /0\.0\.0\.0:3000/,
    output: (lines, t) => t.deepEqual(lines, ['starting']),
  },
  {
    file: 'imm.yaml',
    content: (good) => good.replace('timeout: 6s', 'timeout: 6s, path: /ready'),
    stage: 'verify',
    code: 'UNHEALTHY',
    message: /^not healthy within 6 s: GET \/ready on port 3000: .*HTTP 404 for \d\.\d s \(\d+ probes?\)$/,
    next: /\/ready must answer 2xx or 3xx.*`health\.path`/,
    output: (lines, t) => t.regex(lines.join('\n'), /on port 3000/),
  },
]

/** Saves a mistake, holds what is said to it, and saves the good content again with a difference: that goes live. */
const isRejected = async (t: ExecutionContext, mistake: Mistake, project: TestProject, dev: Dev): Promise<void> => {
  const good = await read(project, mistake.file)
  const before = (await dev.fetch()).release
  await project.write(mistake.file, mistake.content(good))
  const rejected = await dev.next('rejected')
  t.log(said(rejected))
  t.like(rejected, {stage: mistake.stage, code: mistake.code})
  t.regex(rejected.message, mistake.message)
  t.regex(rejected.next, mistake.next)
  mistake.output?.(rejected.output, t)
  t.is((await dev.fetch()).release, before)
  await nothingLeftOf(project, rejected.release)

  await project.write(mistake.file, `${good}${difference(mistake.file, rejected.release)}\n`)
  const live = await dev.goesLive()
  t.is(String(live.previous), String(before))
  t.deepEqual({...(await dev.fetch())}, {status: 200, release: live.release, text: 'hello, version 1\n'})
}

const difference = (file: string, release = ''): string => {
  // A comment in the settings is none.
  if (file === 'imm.yaml') return `env: {AFTER: ${release}}`
  return `${file.endsWith('.js') ? '//' : '#'} ${release}`
}

const said = ({stage, code, message, next, output}: EventOf<'rejected'>): string =>
  [`${stage} ${code}: ${message}`, ...output.slice(-3).map((line) => `  | ${line}`), `next: ${next}`].join('\n')

/** A rejected release disappears right after it is said to be rejected. */
const nothingLeftOf = async (project: TestProject, release: string | undefined): Promise<void> =>
  until(async () => {
    const [containers, images] = await Promise.all([containersOf(project.name), imagesOf(project.name)])
    return (
      !containers.some(({Labels}) => Labels['imm.release'] === release) &&
      !images.some(({RepoTags}) => RepoTags?.some((tag) => tag.endsWith(`-${release}`)))
    )
  })

const areRejected = test.macro(async (t, mistakes: Mistake[]) => {
  const settings = 'health: {timeout: 6s}\nresources: {memory: 128m}'
  await using project = await testProject({settings})
  await using dev = startDev(project)
  await dev.goesLive()
  await using traffic = startTraffic({...dev.address(), perSecond: 50, live: () => 1})
  for (const mistake of mistakes) await isRejected(t, mistake, project, dev)
  const {sent, failures, answers} = await traffic.end()
  t.log(`${sent} requests`)
  t.deepEqual(failures, [])
  const lived = new Set<string>(dev.events.flatMap((event) => (event.type === 'live' ? [event.release] : [])))
  t.is(lived.size, mistakes.length + 1)
  t.true(answers.size >= mistakes.length)
  t.deepEqual(
    [...answers.keys()].filter((release) => !lived.has(release)),
    [],
  )
})

test('what cannot be built is rejected with its line, and the live release serves throughout', areRejected, unbuildable)
test('what ends by itself is rejected with its exit code and last lines', areRejected, endsByItself)
test('what does not answer is rejected with what each probe saw', areRejected, silent)

test("an image's own HEALTHCHECK decides", async (t) => {
  await using project = await testProject({settings: 'health: {timeout: 6s}'})
  const good = await read(project, 'Dockerfile')
  const check = (path: string) =>
    `${good}HEALTHCHECK CMD node -e "fetch('http://127.0.0.1:3000${path}').then(({status}) => {console.log('asked ${path}:', status); process.exit(status === 200 ? 0 : 1)})"\n`
  await project.write('Dockerfile', check('/health'))
  await using dev = startDev(project)
  const first = await dev.goesLive()

  // The application answers as before: without the HEALTHCHECK that would do.
  await project.write('Dockerfile', check('/nowhere'))
  const rejected = await dev.next('rejected')
  t.log(said(rejected))
  t.like(rejected, {stage: 'verify', code: 'UNHEALTHY'})
  // The first probe may have come before the application listened.
  t.regex(rejected.message, /^not healthy within 6 s: the image's HEALTHCHECK: .*failed \(asked \/nowhere: 404\) for/s)
  t.regex(rejected.next, /HEALTHCHECK/)
  t.is((await dev.fetch()).release, first.release)
  await nothingLeftOf(project, rejected.release)

  await project.write('Dockerfile', `${good}HEALTHCHECK CMD node -e "setInterval(() => {}, 1000)"\n`)
  const hanging = await dev.next('rejected')
  t.log(said(hanging))
  t.like(hanging, {stage: 'verify', code: 'UNHEALTHY'})
  t.regex(hanging.message, /HEALTHCHECK: failed \(no result within \d\.\d s\)/)

  await project.write('Dockerfile', `${check('/health')}# again\n`)
  t.is((await dev.goesLive()).previous, first.release)
})
