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

test('a report of grype that has found nothing has no vulnerabilities', (t) => {
  t.deepEqual(grypeVulnerabilities({matches: [], source: {type: 'unknown', target: 'unknown'}}), [])
})
