import test from 'ava'

import {treeSettings} from '../../../src/wiring/parity/tree-settings.ts'
import {composeProject} from '../../support/compose-project.ts'
import {testProject} from '../../support/project.ts'

const saidBy = async (directory: string) =>
  (await treeSettings(directory, undefined, new AbortController().signal)).saidBy

test('the file that says how it is run is named as it is called', async (t) => {
  await using compose = await composeProject('compose-shop')
  t.is(await saidBy(compose.directory), 'compose.yaml#web')

  await using plain = await testProject()
  t.is(await saidBy(plain.directory), 'imm.yaml')
  await using shorter = await testProject({settings: null, files: {'imm.yml': 'port: 3000\n'}})
  t.is(await saidBy(shorter.directory), 'imm.yml')
  await using bare = await testProject({settings: null})
  t.is(await saidBy(bare.directory), "imm's defaults")
})

test('the app of a Dockerfile is no service of the Compose file that it stands beside', async (t) => {
  const files = {'compose.yaml': 'services: {db: {image: postgres}}\n'}
  await using beside = await testProject({files})
  t.is(await saidBy(beside.directory), 'imm.yaml')
  await using bare = await testProject({settings: null, files})
  t.is(await saidBy(bare.directory), "imm's defaults")
})
