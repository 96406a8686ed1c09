import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {isImmError} from '../../../src/errors.ts'
import {compareAndReport} from '../../../src/wiring/parity/compare-and-report.ts'
import {lintAndReport} from '../../../src/wiring/parity/lint-and-report.ts'
import {temporaryProject} from '../../config/project.ts'

const {signal} = new AbortController()
const files = ['sarif=p.sarif', 'junit=p.xml', 'gitlab=p.json', 'markdown=p.md']

/** What a CI gets of a comparison, or a check, of a lock file that is none. */
const failedOf = async (command: 'parity' | 'lint', reports: readonly string[]) => {
  const project = await temporaryProject({'bad.lock': 'version: ['})
  const cwd = project.directory
  let lines = ''
  const warnings: string[] = []
  const common = {
    cwd,
    failOn: 'never',
    reports,
    environment: {GITHUB_STEP_SUMMARY: 'summary.md'},
    onStep: () => {},
    onRead: () => {},
    onWarning: (message: string) => warnings.push(message),
    onLines: (text: string) => (lines += text),
  } as const
  const run = async () =>
    command === 'parity'
      ? compareAndReport(
          {...common, a: 'lock:bad.lock', b: 'lock:bad.lock', build: true, only: [], replay: undefined},
          signal,
        )
      : lintAndReport({...common, side: 'lock:bad.lock', scan: false, sbom: undefined}, signal)
  return {
    run,
    warnings,
    lines: () => lines,
    read: async (file: string) => readFile(path.join(cwd, file), 'utf8'),
    block: async (file: string) => writeFile(path.join(cwd, file), ''),
    [Symbol.asyncDispose]: async () => project[Symbol.asyncDispose](),
  }
}

interface Sarif {
  runs: [{invocations: [{executionSuccessful: boolean; toolExecutionNotifications: [{level: string; message: {text: string}}]}]}] // prettier-ignore
}

for (const command of ['parity', 'lint'] as const)
  test(`every report of an imm ${command} that failed says why, and none looks as if all were well`, async (t) => {
    await using failed = await failedOf(command, [...files, 'github'])
    const error = await t.throwsAsync(failed.run())
    t.true(isImmError(error, 'LOCK_UNREADABLE'), String(error))
    const why = /LOCK_UNREADABLE: bad\.lock:1: /

    const issues = JSON.parse(await failed.read('p.json')) as Record<string, string>[]
    t.is(issues.length, 1)
    t.like(issues[0], {check_name: 'uncompared', severity: 'blocker'})
    t.regex(issues[0]?.['description'] ?? '', why)

    const xml = await failed.read('p.xml')
    t.regex(xml, /tests="1" failures="0" errors="1"/)
    t.regex(xml, /<error type="uncompared" message="LOCK_UNREADABLE: bad\.lock:1: /)

    const [invocation] = (JSON.parse(await failed.read('p.sarif')) as Sarif).runs[0].invocations
    t.false(invocation.executionSuccessful)
    t.is(invocation.toolExecutionNotifications[0].level, 'error')
    t.regex(invocation.toolExecutionNotifications[0].message.text, why)

    t.regex(failed.lines(), /^::error title=not compared%3A sides::LOCK_UNREADABLE: bad\.lock:1: /)
    for (const page of [await failed.read('p.md'), await failed.read('summary.md')]) {
      t.regex(page, /^## imm \w+: not all could be (compared|checked)\n/)
      t.regex(page, /### not compared\n\n- `sides`: LOCK\\_UNREADABLE: bad\.lock:1: /)
    }
  })

test('a report that can not be written does not hide why nothing could be compared', async (t) => {
  await using failed = await failedOf('parity', ['junit=file/p.xml'])
  await failed.block('file')
  const error = await t.throwsAsync(failed.run())
  t.true(isImmError(error, 'LOCK_UNREADABLE'), String(error))
  t.regex(failed.warnings.join('\n'), /the report file\/p\.xml can't be written/)
})
