import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'

import {isImmError} from '../../../src/errors.ts'
import {lintAndReport} from '../../../src/wiring/parity/lint-and-report.ts'
import {dockerArchive, layerOf} from '../../parity/image/archives.ts'
import {madeSecrets} from '../../parity/secrets/scan/made-secrets.ts'

const token = madeSecrets['GitHub token'] ?? ''

/** A directory with these files, in which one side is checked. */
const lintIn = async (
  files: Readonly<Record<string, string | Buffer>>,
  side: string,
  {sbom, reports = []}: {sbom?: string; reports?: string[]} = {},
) => {
  const cwd = await mkdtemp(path.join(tmpdir(), 'imm-lint-test-'))
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(cwd, name), content)
  const warnings: string[] = []
  const outcome = () =>
    lintAndReport(
      {
        side,
        cwd,
        scan: false,
        sbom: sbom === undefined ? undefined : path.join(cwd, sbom),
        failOn: 'error',
        reports,
        environment: {},
        onStep: () => {},
        onRead: () => {},
        onWarning: (message) => warnings.push(message),
        onLines: () => {},
      },
      new AbortController().signal,
    )
  return {
    cwd,
    warnings,
    outcome,
    [Symbol.asyncDispose]: async () => rm(cwd, {recursive: true, force: true}),
  }
}

const archive = async () =>
  dockerArchive({
    layers: [await layerOf({'app/token': token}), await layerOf({'app/.wh.token': ''})],
    config: {User: 'node', Cmd: ['node']},
  })

test('an archive is checked without an engine, with all that its layers hide', async (t) => {
  await using project = await lintIn({'image.tar': await archive()}, 'archive:image.tar', {sbom: 'bom.json'})
  const {report, judged} = await project.outcome()
  t.deepEqual(
    report.findings.map(({rule, subject}) => `${rule} ${subject}`),
    ['lint.secret.layer /app/token', 'lint.healthcheck.missing healthcheck'],
  )
  t.is(judged.verdict, 'different')
  t.deepEqual([report.command, report.compared], ['lint', ['lint']])
  t.regex(await readFile(path.join(project.cwd, 'bom.json'), 'utf8'), /"bomFormat": "CycloneDX"/)
  t.false(JSON.stringify([report, judged]).includes(token.slice(0, 10)))
})

test('imm.yaml sets severities and allows subjects; what it names and is no rule is told', async (t) => {
  const settings = `parity:
  rules: {lint.healthcheck.missing: off, lint.nothing: off}
  exceptions: [{rule: lint.secret.layer, subject: /app/*, reason: revoked}]
`
  await using project = await lintIn({'image.tar': await archive(), 'imm.yaml': settings}, 'archive:image.tar')
  const {report, judged} = await project.outcome()
  t.deepEqual(
    report.findings.map(({rule, exception}) => [rule, exception?.reason]),
    [['lint.secret.layer', 'revoked']],
  )
  t.is(judged.verdict, 'same')
  t.is(project.warnings.length, 1)
  t.regex(project.warnings[0] ?? '', /lint\.nothing/)
})

const pod = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: imm-test.invalid/not-here:1@sha256:${'1'.repeat(64)}
      resources: {limits: {memory: 1Gi}}
`

test('a side whose image is not there is not in order, whatever else is', async (t) => {
  await using project = await lintIn({'pod.yaml': pod}, 'k8s:pod.yaml')
  const {report, judged} = await project.outcome()
  t.deepEqual(report.findings, [])
  t.is(judged.verdict, 'incomplete')
  t.is(report.uncompared[0]?.area, 'image')
})

test('faults of how it is run are told all the same', async (t) => {
  const faulty = pod.replace('resources:', 'securityContext: {privileged: true}\n      resources:')
  await using project = await lintIn({'pod.yaml': faulty}, 'k8s:pod.yaml')
  const {report, judged} = await project.outcome()
  t.deepEqual(
    report.findings.map(({rule}) => rule),
    ['lint.run.privileged'],
  )
  t.is(judged.verdict, 'different')
})

test('a report is written also where nothing could be checked', async (t) => {
  await using project = await lintIn({}, 'archive:not-here.tar', {reports: ['junit=lint.xml']})
  const error = await t.throwsAsync(project.outcome())
  t.true(isImmError(error, 'SIDE_NOT_FOUND'))
  t.regex(await readFile(path.join(project.cwd, 'lint.xml'), 'utf8'), /SIDE_NOT_FOUND/)
})

test('a bill of materials needs an image, and a place that can be written to', async (t) => {
  await using without = await lintIn({'pod.yaml': pod}, 'k8s:pod.yaml', {sbom: 'bom.json'})
  t.true(isImmError(await t.throwsAsync(without.outcome()), 'USAGE'))
  await using nowhere = await lintIn({'image.tar': await archive()}, 'archive:image.tar', {sbom: 'no/such/bom.json'})
  t.true(isImmError(await t.throwsAsync(nowhere.outcome()), 'PROJECT_UNWRITABLE'))
})
