import {readFile} from 'node:fs/promises'
import path from 'node:path'

import type {ExecutionContext} from 'ava'

import type {Finding} from '../../src/parity/report/finding.ts'
import {cyclonedxMistakes} from '../parity/sbom/cyclonedx-schema.ts'
import {trivyReport} from '../parity/scanners/reports.ts'
import {standIns} from '../parity/scanners/stand-ins.ts'
import {madeSecrets, random} from '../parity/secrets/scan/made-secrets.ts'
import {projectToBuild} from '../support/built-images.ts'
import {immIn, jsonLines, type Finished} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import type {TestProject} from '../support/project.ts'

const token = madeSecrets['GitHub token'] ?? ''
const npmToken = madeSecrets['npm token'] ?? ''
const password = random(16)
const secrets = [token, npmToken, password]

const faulty = `ARG NODE_IMAGE
FROM \${NODE_IMAGE}
ARG NPM_TOKEN
WORKDIR /app
ENV DB_PASSWORD=${password}
COPY . .
RUN rm token.txt
RUN mkdir shared && chmod 777 shared && cp server.js raise && chmod 4755 raise
RUN mkdir -p /root/.npm/_cacache && head -c 300000 /dev/zero > /root/.npm/_cacache/content
CMD node server.js
`

const faultyProject = (): Promise<TestProject> =>
  projectToBuild({
    files: {Dockerfile: faulty, 'token.txt': `key: ${token}\n`, '.env.production': 'MODE=production\n'},
    settings: '',
  })

/** What an imm printed has none of the secrets, and not half of one. */
const told = (t: ExecutionContext, {stdout, stderr}: Finished, ...more: string[]): void => {
  for (const text of [stdout, stderr, ...more])
    for (const secret of secrets) t.false(text.includes(secret.slice(0, secret.length / 2)))
}

const findingsOf = ({stdout}: Finished): Finding[] =>
  jsonLines(stdout).filter(({type}) => type === 'finding') as unknown as Finding[]

const args = ['--build-arg', `NPM_TOKEN=${npmToken}`, '--no-scan']

test('the image of the working tree is checked: faults are told with their line of the Dockerfile, and no secret is', async (t) => {
  await using project = await faultyProject()
  const finished = await immIn(project, {}, 'lint', '--json', ...args)
  t.is(finished.exitCode, 2, finished.stderr)
  const findings = findingsOf(finished)
  t.deepEqual(
    findings.map(({rule, subject}) => `${rule} ${subject}`).filter((each) => !each.startsWith('lint.base.')),
    [
      'lint.secret.layer /app/token.txt',
      'lint.secret.history build argument NPM_TOKEN, layer 3',
      'lint.secret.history build argument NPM_TOKEN, layer 4',
      'lint.secret.history build argument NPM_TOKEN, layer 5',
    ],
  )
  told(t, finished)
})
