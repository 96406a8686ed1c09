import {chown, mkdir, stat} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {immIn, jsonLines} from '../../support/imm.ts'
import {testProject} from '../../support/project.ts'
import {ordinaryUser} from '../../support/user.ts'

/** Never as root: that would change the machine's own store. */
const emptyHome = async (project: Awaited<ReturnType<typeof testProject>>) => {
  const user = await ordinaryUser(project)
  const home = path.join(path.dirname(project.directory), 'user')
  await mkdir(home)
  if (user.uid !== undefined) await chown(home, user.uid, user.gid ?? user.uid)
  return {user, env: {HOME: home, NODE_EXTRA_CA_CERTS: ''}}
}

test('trust makes the authority, says what came of each store, and untrust deletes it', async (t) => {
  await using project = await testProject({fixture: null, settings: null})
  const circumstances = await emptyHome(project)
  const certificate = path.join(project.home, 'tls', 'ca.pem')

  const trusted = await immIn(project, circumstances, 'proxy', 'trust')
  t.is(trusted.exitCode, 0, trusted.stderr)
  t.true(trusted.stdout.includes(certificate))
  t.regex(trusted.stdout, /needs root +system|skipped +system|installed +system/)
  t.is((await stat(path.join(project.home, 'tls', 'authority.pem'))).mode & 0o777, 0o600)

  const again = await immIn(project, circumstances, 'proxy', 'trust', '--json')
  const lines = jsonLines(again.stdout)
  t.like(lines[0], {type: 'store', store: 'system'})
  t.like(lines.at(-1), {type: 'trust', certificate})

  const untrusted = await immIn(project, circumstances, 'proxy', 'untrust', '--json')
  t.like(jsonLines(untrusted.stdout).at(-1), {type: 'untrust', existed: true})
  await t.throwsAsync(stat(path.join(project.home, 'tls')), {code: 'ENOENT'})
  const nothing = await immIn(project, circumstances, 'proxy', 'untrust')
  t.is(nothing.exitCode, 0)
  t.regex(nothing.stdout, /was not set up/)
})
