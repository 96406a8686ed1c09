import path from 'node:path'

import test from 'ava'

import {temporaryProject} from '../config/project.ts'
import {immIn} from '../support/imm.ts'

for (const [given, command] of [
  [['--methods', 'GET,BOGUS'], ['record']],
  [
    ['--methods', 'GET,BOGUS'],
    ['parity', 'http://127.0.0.1:9', 'http://127.0.0.1:9', '--replay', 'x.har'],
  ],
] as const)
  test(`imm ${command[0]} refuses a method that HTTP has not, and names those that it has`, async (t) => {
    await using project = await temporaryProject({})
    const place = {directory: project.directory, home: path.join(project.directory, 'home')}
    const {exitCode, stderr} = await immIn(place, {}, ...command, ...given)
    t.is(exitCode, 64)
    t.regex(stderr, /^error USAGE: .*HTTP has no method "BOGUS"/)
    t.regex(stderr, /There are GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE, and those of WebDAV/)
  })

test('a method is taken in whatever case, and a slip of the hand is corrected', async (t) => {
  await using project = await temporaryProject({'compose.yaml': ''})
  const place = {directory: project.directory, home: path.join(project.directory, 'home')}
  const lower = await immIn(place, {}, 'record', '--methods', 'get, propfind')
  t.notRegex(lower.stderr, /USAGE/)
  const slip = await immIn(place, {}, 'record', '--methods', 'PSOT')
  t.regex(slip.stderr, /Did you mean POST\?/)
})
