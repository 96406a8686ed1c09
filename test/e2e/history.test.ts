import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'

import {startDev} from '../support/dev.ts'
import {imm, jsonLines} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject} from '../support/project.ts'

const secret = 'tok-0123456789'

test('what happened is told after its end, also with a broken imm.yaml, without secrets, and proved', async (t) => {
  await using project = await testProject({settings: `env: {API_TOKEN: ${secret}}`})
  await using dev = startDev(project)
  const one = await dev.goesLive()
  await project.write('src/server.js', `console.error('refused ${secret}')\nprocess.exit(3)\n`)
  const two = await dev.next('rejected')

  const told = jsonLines((await imm(project, 'releases', '--json')).stdout)
  t.deepEqual(
    told.map(({release, state, outcome}) => [release, state, outcome]),
    [
      [two.release, 'gone', 'rejected'],
      [one.release, 'live', 'live'],
    ],
  )
  t.like(told[0], {changed: {files: ['src/server.js'], count: 1}})
  const rolledBack = await imm(project, 'rollback', 'r1')
  t.is(rolledBack.exitCode, 0, rolledBack.stderr)
  await dev.stop()

  await project.write('imm.yaml', `project: ${project.name}\nprot: 3000\n`)
  const shown = await imm(project, 'show', 'r2')
  t.is(shown.exitCode, 0, shown.stderr)
  t.regex(shown.stdout, /rejected in verify \(CRASHED\)/)
  t.regex(shown.stdout, /\| refused \[redacted API_TOKEN\]/)
  t.regex(shown.stdout, new RegExp(`Settings against ${one.release}: the same`))
  const file = path.join(project.home, 'ledger', project.name, 'main', 'app.jsonl')
  const text = await readFile(file, 'utf8')
  t.false(text.includes(secret))
  t.like(
    jsonLines(text).at(-1),
    {type: 'removed', release: one.release, what: 'container'},
    'imm dev wrote until its end',
  )

  const proof = await imm(project, 'history', '--verify')
  t.is(proof.exitCode, 0, proof.stdout)
  await writeFile(file, text.replace('"CRASHED"', '"UNHEALTHY"'))
  const broken = await imm(project, 'history', '--verify')
  t.is(broken.exitCode, 2)
  t.regex(broken.stdout, /app\.jsonl:\d+: the line is not as it was written/)
})
