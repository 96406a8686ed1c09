import test from 'ava'

import {trialLabelsOn} from '../../../../src/engine/docker/trial/trial.ts'

test('a trial on an image is its owner’s, and is not taken for the app’s', (t) => {
  const labels = {
    'imm.project': 'shop',
    'imm.environment': 'main',
    'imm.owner': 'me',
    'imm.app': 'web',
    'imm.snapshot': 'sha256:1',
    'imm.role': 'app',
    maintainer: 'somebody',
  }
  t.deepEqual(trialLabelsOn(labels), {
    'imm.project': 'shop',
    'imm.environment': 'main',
    'imm.owner': 'me',
    'imm.app': '',
    'imm.snapshot': '',
    'imm.role': 'trial',
  })
  t.deepEqual(trialLabelsOn({}), {'imm.role': 'trial'})
})
