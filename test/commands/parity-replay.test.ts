import path from 'node:path'

import test from 'ava'

import {writeHar} from '../../src/parity/har/write.ts'
import {temporaryProject} from '../config/project.ts'
import {harOf, json, startSide} from '../parity/replay/sides.ts'
import {immIn, jsonLines} from '../support/imm.ts'

const prices = (currency: string) => json((url) => ({currency, url}))

test('recorded requests are sent to both sides, and the answers compared by the policy', async (t) => {
  await using project = await temporaryProject({'imm.yaml': 'parity: {rules: {behaviour.header: off}}\n'})
  const [a, same, other] = [
    await startSide(t, 'a', prices('EUR')),
    await startSide(t, 'same', prices('EUR')),
    await startSide(t, 'other', prices('USD')),
  ]
  const {entries} = await harOf('/prices', '/orders')
  const file = path.join(project.directory, 'requests.har')
  await writeHar(file, entries, {version: '0.1.0', comment: ''})
  const place = {directory: project.directory, home: path.join(project.directory, 'home')}
  const parity = async (b: string, ...more: string[]) =>
    immIn(
      place,
      {env: {TOKEN: 'hunter2'}},
      'parity',
      a.origin,
      b,
      '--replay',
      'requests.har',
      '--only',
      'behaviour',
      ...more,
    )

  const equal = await parity(same.origin, '--json')
  t.is(equal.exitCode, 0, equal.stderr)
  t.like(jsonLines(equal.stdout).at(-1), {type: 'parity', compared: ['behaviour'], uncompared: [], verdict: 'same'})

  const differs = await parity(other.origin, '--header', 'authorization=TOKEN')
  t.is(differs.exitCode, 2, differs.stderr)
  t.regex(differs.stdout, /^behaviour\n {2}error .*currency.*\[behaviour\.body\.json\]/m)
  t.false(`${differs.stdout}${differs.stderr}`.includes('hunter2'))

  const away = await parity('http://127.0.0.1:9')
  t.is(away.exitCode, 1, away.stdout)
  t.regex(away.stderr, /REPLAY_FAILED/)
})

test('what can not be asked is refused before anything is read', async (t) => {
  await using project = await temporaryProject({})
  const place = {directory: project.directory, home: path.join(project.directory, 'home')}
  const parity = async (...args: string[]) => immIn(place, {}, 'parity', ...args)
  const compose = await parity('http://127.0.0.1:9', 'compose:compose.yaml#web', '--replay', 'x.har')
  t.is(compose.exitCode, 64)
  t.regex(compose.stderr, /requests can't be sent to compose:compose\.yaml#web/)
  const without = await parity('http://127.0.0.1:9', 'http://127.0.0.1:10', '--only', 'behaviour')
  t.is(without.exitCode, 64)
  t.regex(without.stderr, /Add --replay FILE/)
  const header = await parity(
    'http://127.0.0.1:9',
    'http://127.0.0.1:10',
    '--replay',
    'x.har',
    '--header',
    'authorization=NOT_THERE_',
  )
  t.is(header.exitCode, 64)
  t.regex(header.stderr, /there is no variable NOT_THERE_ for the header authorization/)
})
