import test from 'ava'

import {grypeVulnerabilities} from '../../../src/parity/scanners/grype.ts'

test('an advisory of several vulnerabilities is none of them', (t) => {
  const [found] = grypeVulnerabilities({
    matches: [
      {
        vulnerability: {id: 'ALAS-2021-1', severity: 'Medium'},
        relatedVulnerabilities: [{id: 'CVE-1'}, {id: 'CVE-2'}],
        artifact: {name: 'curl', version: '7.76.1', type: 'rpm', locations: []},
      },
    ],
  })
  t.is(found?.id, 'ALAS-2021-1')
})

test('a vulnerability that a distribution does not describe is described as others do it', (t) => {
  const artifact = {name: 'libc-bin', version: '2.28-10', type: 'deb', locations: []}
  const related = [{id: 'CVE-1', description: 'A use after free.'}]
  const found = grypeVulnerabilities({
    matches: [
      {vulnerability: {id: 'CVE-1', severity: 'Negligible'}, relatedVulnerabilities: related, artifact},
      {vulnerability: {id: 'GHSA-1', severity: 'Low'}, relatedVulnerabilities: related, artifact},
      {vulnerability: {id: 'CVE-1', description: 'Its own.'}, relatedVulnerabilities: related, artifact},
      {vulnerability: {id: 'CVE-2'}, relatedVulnerabilities: related, artifact},
    ],
  })
  t.deepEqual(
    found.map(({title}) => title),
    ['A use after free.', 'A use after free.', 'Its own.', undefined],
  )
})

test('a report of grype that has found nothing has no vulnerabilities', (t) => {
  t.deepEqual(grypeVulnerabilities({matches: [], source: {type: 'unknown', target: 'unknown'}}), [])
})
