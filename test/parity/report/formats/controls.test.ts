import test from 'ava'

import {fileFormats} from '../../../../src/parity/report/formats/format.ts'
import {githubAnnotations} from '../../../../src/parity/report/formats/github.ts'
import {hostile, hostileReport, rendering} from '../reports.ts'

// oxlint-disable-next-line no-control-regex -- none of these may be left
const controls = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/

for (const [name, format] of Object.entries({...fileFormats, github: githubAnnotations}))
  test(`no control character of a name gets into ${name}, but line ends`, (t) => {
    t.regex(hostile, controls)
    t.notRegex(format(rendering(hostileReport, {verdict: 'incomplete'})), controls)
  })
