import test from 'ava'

import {unknownRules} from '../../../src/parity/policy/unknown-rules.ts'
import {rules} from '../report/reports.ts'

test('rules that there are not are named by their lines, with what was probably meant', (t) => {
  const settings = {
    rules: {
      'os.package.vresion': 'off',
      'oss.*': 'note',
      'os.*': 'note',
      '*': 'note',
      'network.speed': 'error',
    } as const,
    places: {
      'os.package.vresion': {file: 'imm.yaml', line: 3},
      'oss.*': {file: 'imm.yaml', line: 4},
      'network.speed': {file: 'imm.yaml', line: undefined},
    },
    exceptions: [
      {rule: 'files.contents', subject: undefined, reason: '', until: undefined, place: {file: 'imm.yaml', line: 9}},
      {rule: 'files.content', subject: undefined, reason: '', until: undefined, place: {file: 'imm.yaml', line: 10}},
    ],
  }
  t.deepEqual(unknownRules(settings, rules), [
    'imm.yaml:3: parity.rules: there is no rule os.package.vresion; did you mean os.package.version?',
    'imm.yaml:4: parity.rules: there is no rule oss.*; did you mean os.*?',
    'imm.yaml: parity.rules: there is no rule network.speed',
    'imm.yaml:9: parity.exceptions: there is no rule files.contents; did you mean files.content?',
  ])
})
