import test from 'ava'

import {isImmError} from '../../../src/errors.ts'
import {vulnerabilityRules} from '../../../src/parity/scanners/catalogue.ts'
import {runTool} from '../../../src/parity/scanners/run-tool.ts'
import {canScan, scanImage} from '../../../src/parity/scanners/scan.ts'
import {syftPackages, syftTool} from '../../../src/parity/scanners/syft.ts'
import {grypeReport, syftReport, trivyReport} from './reports.ts'
import {type StandIns, standIns} from './stand-ins.ts'

const archive = '/tmp/shop.tar'
const {signal} = new AbortController()

/** One after the other: PATH is of the whole process. */
const withPath = async <T>({directory}: StandIns, run: () => Promise<T>): Promise<T> => {
  const before = process.env['PATH']
  process.env['PATH'] = directory
  try {
    return await run()
  } finally {
    process.env['PATH'] = before
  }
}

const trivy = {stdout: JSON.stringify(trivyReport)}
const grype = {stdout: JSON.stringify(grypeReport)}

test.serial('what trivy knows becomes findings, the worst first, with the version to raise to', async (t) => {
  await using programs = await standIns({trivy})
  const {findings, by, uncompared} = await withPath(programs, () => scanImage(archive, {asked: false}, signal))
  t.deepEqual(by, ['trivy'])
  t.deepEqual(uncompared, [])
  t.deepEqual(
    findings.map(({rule, severity, subject}) => [rule, severity, subject]),
    [
      ['vulnerability.critical', 'error', 'CVE-2026-0002 zlib1g 1:1.2.13'],
      ['vulnerability.high', 'error', 'CVE-2026-0001 libssl3 3.0.15-1~deb12u1'],
      ['vulnerability.medium', 'warning', 'CVE-2026-0003 lodash 4.17.4'],
      ['vulnerability.unknown', 'note', 'CVE-2026-0004 tar 1.34'],
    ],
  )
  t.is(findings[1]?.message, 'libssl3 3.0.15-1~deb12u1 has CVE-2026-0001: openssl: something is read twice')
  t.is(findings[1]?.next, 'Raise libssl3 to 3.0.16-1~deb12u1')
  t.is(findings[0]?.next, 'No version without it is known yet')
  t.regex(findings[2]?.message ?? '', /in \/app\/node_modules\/lodash\/package\.json has/)
  t.deepEqual(await programs.called('trivy'), [
    'image',
    '--quiet',
    '--format=json',
    '--scanners=vuln',
    '--input=/tmp/shop.tar',
  ])
  const rules = new Set(vulnerabilityRules.map(({id}) => id))
  t.true(findings.every(({rule}) => rules.has(rule)))
})

test.serial('what both scanners know is told once, with the worse level and the fix that one knows', async (t) => {
  await using programs = await standIns({trivy, grype})
  const {findings, by} = await withPath(programs, () => scanImage(archive, {asked: true}, signal))
  t.deepEqual(by, ['grype', 'trivy'])
  t.deepEqual(
    findings.map(({rule, subject}) => `${rule} ${subject}`),
    [
      'vulnerability.critical CVE-2026-0001 libssl3 3.0.15-1~deb12u1',
      'vulnerability.critical CVE-2026-0002 zlib1g 1:1.2.13',
      'vulnerability.medium CVE-2026-0003 lodash 4.17.4',
      'vulnerability.low GHSA-dddd-eeee-ffff ws 8.0.0',
      'vulnerability.unknown CVE-2026-0004 tar 1.34',
    ],
  )
  t.is(findings[0]?.next, 'Raise libssl3 to 3.0.16-1~deb12u1')
})

const vulnerability = (id: string, name: string, version: string) => ({
  VulnerabilityID: id,
  PkgName: name,
  InstalledVersion: version,
  Severity: 'HIGH',
})

const match = (id: string, artifact: object, related: readonly string[] = []) => ({
  vulnerability: {id, severity: 'High', fix: {versions: [], state: 'unknown'}},
  relatedVulnerabilities: related.map((each) => ({id: each})),
  artifact: {locations: [{path: '/app/x'}], ...artifact},
})

test.serial('what both call differently is told once, too', async (t) => {
  await using programs = await standIns({
    trivy: {
      stdout: JSON.stringify({
        SchemaVersion: 2,
        Results: [
          {
            Target: 'app/x',
            Class: 'lang-pkgs',
            Type: 'gobinary',
            Vulnerabilities: [vulnerability('CVE-1', 'stdlib', 'v1.24.5')],
          },
          {
            Target: 'Java',
            Class: 'lang-pkgs',
            Type: 'jar',
            Vulnerabilities: [vulnerability('CVE-2', 'org.apache.logging.log4j:log4j-core', '2.14.1')],
          },
          {
            Target: 'Python',
            Class: 'lang-pkgs',
            Type: 'python-pkg',
            Vulnerabilities: [vulnerability('CVE-3', 'typing-extensions', '4.0.0')],
          },
          {Target: 'x (redhat 9)', Class: 'os-pkgs', Vulnerabilities: [vulnerability('CVE-4', 'curl', '7.76.1-29')]},
        ],
      }),
    },
    grype: {
      stdout: JSON.stringify({
        matches: [
          match('CVE-1', {name: 'stdlib', version: 'go1.24.5', type: 'go-module', purl: 'pkg:golang/stdlib@1.24.5'}),
          match(
            'GHSA-jfh8-c2jp-5v3q',
            {
              name: 'log4j-core',
              version: '2.14.1',
              type: 'java-archive',
              purl: 'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1',
            },
            ['CVE-2'],
          ),
          match('CVE-3', {name: 'typing_extensions', version: '4.0.0', type: 'python'}),
          match('CVE-4', {name: 'curl', version: '0:7.76.1-29', type: 'rpm'}),
        ],
      }),
    },
  })
  const {findings} = await withPath(programs, () => scanImage(archive, {asked: true}, signal))
  t.deepEqual(
    findings.map(({subject}) => subject),
    [
      'CVE-4 curl 7.76.1-29',
      'CVE-2 org.apache.logging.log4j:log4j-core 2.14.1',
      'CVE-1 stdlib v1.24.5',
      'CVE-3 typing-extensions 4.0.0',
    ],
  )
})

test.serial('whether a scanner would look is known without an image', async (t) => {
  for (const programs of [{trivy}, {grype}]) {
    await using installed = await standIns(programs)
    t.true(await canScan({asked: true}, {PATH: `/nowhere:${installed.directory}`}))
  }
  await using none = await standIns({syft: {}})
  t.false(await canScan({asked: false}, {PATH: none.directory}))
  t.false(await canScan({asked: false}, {}))
  const error = await t.throwsAsync(canScan({asked: true}, {PATH: none.directory}))
  t.true(isImmError(error, 'SCANNER_MISSING'))
})

test.serial('that no scanner is installed is said, and is an error only where a scan was asked for', async (t) => {
  await using programs = await standIns({})
  const {findings, by, uncompared} = await withPath(programs, () => scanImage(archive, {asked: false}, signal))
  t.deepEqual([findings, by], [[], []])
  t.deepEqual(uncompared, [{area: 'vulnerability', reason: 'neither trivy nor grype is installed'}])
  const error = await t.throwsAsync(withPath(programs, () => scanImage(archive, {asked: true}, signal)))
  t.true(isImmError(error, 'SCANNER_MISSING'))
})

test.serial(
  "a scanner that fails is said with its last lines, and does not keep the other's findings back",
  async (t) => {
    await using programs = await standIns({grype, trivy: {exitCode: 1, stderr: 'FATAL no database\n'}})
    const {findings, by, uncompared} = await withPath(programs, () => scanImage(archive, {asked: true}, signal))
    t.deepEqual(by, ['grype'])
    t.is(findings.length, 3)
    t.deepEqual(uncompared, [
      {area: 'vulnerability', reason: 'trivy could not look for vulnerabilities: it ended with 1: FATAL no database'},
    ])
  },
)

test.serial('no scanner that works is an error where a scan was asked for', async (t) => {
  for (const broken of [{exitCode: 3}, {stdout: 'table'}, {stdout: '{"SchemaVersion": 2'}, {stdout: '{}'}]) {
    await using programs = await standIns({trivy: broken})
    const error = await t.throwsAsync(withPath(programs, () => scanImage(archive, {asked: true}, signal)))
    t.true(isImmError(error, 'SCAN_FAILED'), JSON.stringify(broken))
  }
})

test.serial('a report is read also where settings of its own make a scanner end with an error', async (t) => {
  await using programs = await standIns({grype: {...grype, exitCode: 2}})
  const {findings} = await withPath(programs, () => scanImage(archive, {asked: true}, signal))
  t.is(findings.length, 3)
})

test.serial('a scan ends when it is asked to', async (t) => {
  await using programs = await standIns({})
  const {writeFile} = await import('node:fs/promises')
  await writeFile(`${programs.directory}/trivy`, '#!/bin/sh\nexec /bin/sleep 60\n', {mode: 0o755})
  const abort = new AbortController()
  const scan = withPath(programs, () => scanImage(archive, {asked: true}, abort.signal))
  abort.abort(new Error('enough'))
  await t.throwsAsync(scan, {message: 'enough'})
})

test.serial('packages of syft are read, those with a package URL', async (t) => {
  await using programs = await standIns({syft: {stdout: JSON.stringify(syftReport)}})
  const json = await withPath(programs, () => runTool(syftTool(archive), signal))
  t.deepEqual(syftPackages(json), [
    {name: 'lodash', version: '4.17.4', purl: 'pkg:npm/lodash@4.17.4', path: '/app/node_modules/lodash/package.json'},
  ])
  t.deepEqual(await programs.called('syft'), ['scan', '--quiet', '--output=json', '/tmp/shop.tar'])
})
