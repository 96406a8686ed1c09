import test from 'ava'

import {trivyVulnerabilities} from '../../../src/parity/scanners/trivy.ts'

test('a report of trivy that has found nothing, or something else, has no vulnerabilities', (t) => {
  for (const Results of [undefined, null, []])
    t.deepEqual(trivyVulnerabilities({SchemaVersion: 2, ArtifactName: 'shop:1', Results}), [])
  t.deepEqual(
    trivyVulnerabilities({
      SchemaVersion: 2,
      Results: [
        {Target: 'shop:1 (alpine 3.22)', Class: 'os-pkgs', Type: 'alpine', Packages: [{Name: 'musl'}]},
        {Target: '/app/.env', Class: 'secret', Secrets: [{RuleID: 'aws-access-key-id', Severity: 'CRITICAL'}]},
        {Target: 'Dockerfile', Class: 'config', MisconfSummary: {Failures: 1}, Misconfigurations: [{ID: 'DS002'}]},
      ],
    }),
    [],
  )
})

test('a package that is not affected, by the word of those who made it, has no vulnerability', (t) => {
  const vulnerability = {PkgName: 'bash', InstalledVersion: '5.0-4', Severity: 'LOW'}
  const found = trivyVulnerabilities({
    SchemaVersion: 2,
    Results: [
      {
        Class: 'os-pkgs',
        Vulnerabilities: ['not_affected', 'will_not_fix', 'unknown'].map((Status) => ({
          ...vulnerability,
          VulnerabilityID: Status,
          Status,
        })),
      },
    ],
  })
  t.deepEqual(
    found.map(({id}) => id),
    ['will_not_fix', 'unknown'],
  )
})

test('where a vulnerability is, is a path in the image', (t) => {
  const vulnerability = {VulnerabilityID: 'CVE-1', PkgName: 'a', Severity: 'UNKNOWN'}
  const found = trivyVulnerabilities({
    SchemaVersion: 2,
    Results: [
      {Target: 'usr/bin/git-lfs', Class: 'lang-pkgs', Type: 'gobinary', Vulnerabilities: [vulnerability]},
      {
        Target: 'Java',
        Class: 'lang-pkgs',
        Type: 'jar',
        Vulnerabilities: [{...vulnerability, PkgPath: 'app/a.jar'}, vulnerability],
      },
      {Target: 'Cargo.lock', Class: 'lang-pkgs', Type: 'cargo', Vulnerabilities: [vulnerability]},
    ],
  })
  t.deepEqual(
    found.map(({path}) => path),
    ['/usr/bin/git-lfs', '/app/a.jar', undefined, '/Cargo.lock'],
  )
})
