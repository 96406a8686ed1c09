import {mkdtemp, mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'

import {isImmError} from '../../../src/errors.ts'
import {writeReports, type ReportOptions} from '../../../src/wiring/parity/write-reports.ts'
import {finding, report} from '../../parity/report/reports.ts'

const {signal} = new AbortController()

const directory = async (): Promise<AsyncDisposable & {cwd: string}> => {
  const cwd = await mkdtemp(path.join(tmpdir(), 'imm-reports-'))
  return {cwd, [Symbol.asyncDispose]: async () => rm(cwd, {recursive: true, force: true})}
}

const options = (cwd: string, rest: Partial<ReportOptions>): ReportOptions => ({
  wanted: [],
  verdict: 'different',
  failOn: 'error',
  cwd,
  environment: {},
  onLines: () => {},
  ...rest,
})

const one = report([finding('files.content', '/a', {place: {file: 'imm.yaml', line: 3}}), finding('image.base', 'x')])

test('several reports are written at once, in directories that are made', async (t) => {
  await using place = await directory()
  const wanted = [
    {format: 'sarif', file: 'out/a/parity.sarif'},
    {format: 'junit', file: 'parity.xml'},
  ] as const
  await writeReports(one, options(place.cwd, {wanted}), signal)
  t.regex(await readFile(path.join(place.cwd, 'out/a/parity.sarif'), 'utf8'), /"version": "2.1.0"/)
  t.regex(await readFile(path.join(place.cwd, 'parity.xml'), 'utf8'), /<testsuites>/)
})

test('GitHub gets lines in the log, and a summary that is added to what is there', async (t) => {
  await using place = await directory()
  const summary = path.join(place.cwd, 'summary.md')
  await writeFile(summary, 'before\n')
  let lines = ''
  await writeReports(
    one,
    options(place.cwd, {
      wanted: [{format: 'github'}],
      environment: {GITHUB_STEP_SUMMARY: summary},
      onLines: (text) => (lines += text),
    }),
    signal,
  )
  t.is(lines.match(/^::warning /gm)?.length, 2)
  t.regex(await readFile(summary, 'utf8'), /^before\n## imm parity: different\n/)
})

test('a summary is no longer than GitHub takes', async (t) => {
  await using place = await directory()
  const summary = path.join(place.cwd, 'summary.md')
  const long = report([finding('files.content', '/a', {message: 'ä'.repeat(600_000)}), finding('image.base', 'x')])
  const environment = {GITHUB_STEP_SUMMARY: summary}
  await writeReports(long, options(place.cwd, {wanted: [{format: 'github'}], environment}), signal)
  const text = await readFile(summary, 'utf8')
  t.true(Buffer.byteLength(text) < 1_000_000)
  t.true(text.endsWith('The rest is too long for this page.\n'))
})

test('places are from the top of the repository that a CI names, and a file of the project is one', async (t) => {
  await using place = await directory()
  const cwd = path.join(place.cwd, 'apps/shop')
  await mkdir(cwd, {recursive: true})
  await writeFile(path.join(cwd, 'Dockerfile'), 'FROM scratch\n')
  const wanted = [{format: 'gitlab', file: 'quality.json'}] as const
  const paths = async (environment: Record<string, string>) => {
    await writeReports(one, options(cwd, {wanted, environment}), signal)
    const issues = JSON.parse(await readFile(path.join(cwd, 'quality.json'), 'utf8')) as {location: {path: string}}[]
    return issues.map(({location}) => location.path)
  }
  t.deepEqual(await paths({}), ['Dockerfile', 'imm.yaml'])
  t.deepEqual(await paths({CI_PROJECT_DIR: place.cwd}), ['apps/shop/Dockerfile', 'apps/shop/imm.yaml'])
  t.deepEqual(await paths({GITHUB_WORKSPACE: path.join(place.cwd, 'other')}), ['Dockerfile', 'imm.yaml'])
})

test('without a file of the project a finding is at the Compose file that was compared, whatever its name', async (t) => {
  await using place = await directory()
  await mkdir(path.join(place.cwd, 'a#1'))
  await writeFile(path.join(place.cwd, 'a#1/one,two.yaml'), '')
  const wanted = [{format: 'gitlab', file: 'quality.json'}] as const
  const of = report([finding('image.base', 'x')], {
    b: {name: 'compose:away.yaml,a%231/one%2Ctwo.yaml#web', summary: ''},
  })
  await writeReports(of, options(place.cwd, {wanted}), signal)
  const [issue] = JSON.parse(await readFile(path.join(place.cwd, 'quality.json'), 'utf8')) as {location: object}[]
  t.like(issue?.location, {path: 'a#1/one,two.yaml'})
})

test('a file that can not be written is named', async (t) => {
  await using place = await directory()
  await writeFile(path.join(place.cwd, 'file'), '')
  const wanted = [{format: 'junit', file: 'file/parity.xml'}] as const
  const error = await t.throwsAsync(writeReports(one, options(place.cwd, {wanted}), signal))
  t.true(isImmError(error, 'REPORT_UNWRITABLE'))
  t.regex(error?.message ?? '', /^the report file\/parity\.xml can't be written: /)
})
