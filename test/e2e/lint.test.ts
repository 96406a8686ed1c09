import {access, readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {Readable} from 'node:stream'

import type {ExecutionContext} from 'ava'

import type {Finding} from '../../src/parity/report/finding.ts'
import {cyclonedxMistakes} from '../parity/sbom/cyclonedx-schema.ts'
import {trivyReport} from '../parity/scanners/reports.ts'
import {standIns} from '../parity/scanners/stand-ins.ts'
import {madeSecrets, random} from '../parity/secrets/scan/made-secrets.ts'
import {namesOf, projectToBuild, unpackingIn} from '../support/built-images.ts'
import {docker} from '../support/engine-socket.ts'
import {imm, immIn, jsonLines, type Finished} from '../support/imm.ts'
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
RUN mkdir shared && chmod 777 shared && cp src/server.js raise && chmod 4755 raise
RUN mkdir -p /root/.npm/_cacache && head -c 300000 /dev/zero > /root/.npm/_cacache/content
CMD node src/server.js
`

const faultyProject = async (): Promise<TestProject> => {
  const project = await projectToBuild({
    files: {Dockerfile: faulty, 'token.txt': `key: ${token}\n`, '.env.production': 'MODE=production\n'},
  })
  const settings = await readFile(path.join(project.directory, 'imm.yaml'), 'utf8')
  await project.write('imm.yaml', settings.replace('args: {', `args: {NPM_TOKEN: ${npmToken}, `))
  return project
}

const expected = [
  'lint.secret.layer /app/token.txt',
  'lint.secret.history build argument NPM_TOKEN',
  'lint.file.env /app/.env.production',
  'lint.file.world-writable /app/shared',
  'lint.file.setuid /app/raise',
  'lint.cache.left /root/.npm/_cacache',
  'lint.user.root user',
  'lint.secret.env DB_PASSWORD',
  'lint.command.shell CMD',
  'lint.healthcheck.missing healthcheck',
]

/** What an imm printed or wrote has none of the secrets, and not half of one. */
const keepsSecrets = (t: ExecutionContext, ...texts: string[]): void => {
  for (const text of texts) for (const secret of secrets) t.false(text.includes(secret.slice(0, secret.length / 2)))
}

const findingsOf = ({stdout}: Finished): Finding[] =>
  jsonLines(stdout).filter(({type}) => type === 'finding') as unknown as Finding[]

const named = (findings: readonly Finding[]): string[] =>
  findings.map(({rule, subject}) => `${rule} ${subject}`).filter((each) => !/^(?:lint\.base|lint\.run)\./.test(each))

test('the working tree is checked: faults are told with their line of the Dockerfile, secrets are not', async (t) => {
  await using project = await faultyProject()
  const finished = await immIn(project, {env: unpackingIn(project)}, 'lint', '--json', '--no-scan')
  t.is(finished.exitCode, 2, finished.stderr)
  const findings = findingsOf(finished)
  t.deepEqual(named(findings), expected)
  const [secret, history] = findings
  t.deepEqual(secret?.place, {file: 'Dockerfile', line: 6})
  t.regex(
    secret?.message ?? '',
    /^a GitHub token \(ghp_…\) in line 1 is in \/app\/token\.txt, layer \d+ of \d+ \(COPY \. \.\), deleted or replaced by layer \d+$/,
  )
  t.regex(history?.message ?? '', /NPM_TOKEN \(npm_…\)/)
  const [summary] = jsonLines(finished.stdout).filter(({type}) => type === 'lint')
  t.is(summary?.['verdict'], 'different')
  t.deepEqual(summary?.['counts'], {error: 3, warning: 6, note: 3, allowed: 0, brought: 0})
  t.deepEqual(await namesOf(project), [], 'the image was made for this alone')
  const files = ['sarif', 'junit', 'gitlab', 'markdown'].map((format) => [
    format,
    path.join(path.dirname(project.home), format),
  ])
  const reports = files.flatMap(([format, file]) => ['--report', `${format}=${file}`])
  const people = await imm(project, 'lint', '--verbose', ...reports, '--report', 'github')
  t.is(people.exitCode, 2)
  t.regex(people.stdout, /lint\.secret\.layer[^]*a GitHub token \(ghp_…\) in line 1 is in \/app\/token\.txt/)
  const written = await Promise.all(files.map(async ([, file]) => readFile(file ?? '', 'utf8')))
  for (const text of written) t.true(text.includes('/app/token.txt'))
  keepsSecrets(t, finished.stdout, finished.stderr, people.stdout, people.stderr, ...written)
})

test('an image of the engine and its archive have the same faults, and the same bill of materials, which is valid', async (t) => {
  await using project = await faultyProject()
  const name = `${project.name}:lint`
  t.is((await imm(project, 'build', '--tag', name)).exitCode, 0)
  const boms: string[] = []
  const archive = path.join(path.dirname(project.home), 'image.tar')
  await writeFile(archive, Readable.from(await docker().getImage(name).get()))
  for (const side of [`image:${name}`, `archive:${archive}`]) {
    const file = path.join(path.dirname(project.home), `${boms.length}.json`)
    const finished = await imm(project, 'lint', side, '--json', '--no-scan', '--sbom', file)
    t.is(finished.exitCode, 2, finished.stderr)
    t.deepEqual(named(findingsOf(finished)), expected)
    boms.push(await readFile(file, 'utf8'))
    keepsSecrets(t, finished.stdout, finished.stderr)
  }
  const [first, second] = boms.map((text) => JSON.parse(text) as {components: {name: string}[]})
  t.deepEqual(cyclonedxMistakes()(first), [])
  t.true(first?.components.some((each) => each.name === 'node'))
  t.deepEqual(second?.components, first?.components)
  keepsSecrets(t, ...boms)
})

test('an image without faults ends with 0, and what it ends with 2 for is to choose', async (t) => {
  const dockerfile = `ARG NODE_IMAGE
FROM \${NODE_IMAGE}
WORKDIR /app
COPY src ./
USER 1000
HEALTHCHECK CMD ["node", "--version"]
CMD ["node", "server.js"]
`
  await using project = await projectToBuild({files: {Dockerfile: dockerfile}})
  const name = `${project.name}:good`
  t.is((await imm(project, 'build', '--tag', name)).exitCode, 0)
  const {exitCode, stdout} = await imm(project, 'lint', `image:${name}`, '--no-scan')
  t.is(exitCode, 0)
  t.regex(stdout, /^nothing found$/m)
  await project.write('Dockerfile', dockerfile.replace('USER 1000\n', ''))
  t.is((await imm(project, 'lint', '--no-scan')).exitCode, 0)
  t.is((await imm(project, 'lint', '--no-scan', '--fail-on', 'warning')).exitCode, 2)
  const settings = await readFile(path.join(project.directory, 'imm.yaml'), 'utf8')
  await project.write(
    'imm.yaml',
    `${settings}parity: {exceptions: [{rule: lint.user.root, reason: "a tool of the build"}]}\n`,
  )
  const allowed = await imm(project, 'lint', '--no-scan', '--fail-on', 'warning')
  t.is(allowed.exitCode, 0, allowed.stdout)
  t.regex(allowed.stdout, /^allowed: lint\.user\.root/m)
})

test('scanners get the image as imm saw it, and what they know is among the findings', async (t) => {
  await using project = await projectToBuild()
  await using programs = await standIns({trivy: {stdout: JSON.stringify(trivyReport)}})
  const env = {PATH: `${programs.directory}${path.delimiter}${process.env['PATH']}`}
  const finished = await immIn(project, {env}, 'lint', '--json', '--scan')
  t.is(finished.exitCode, 2, finished.stderr)
  t.deepEqual(
    findingsOf(finished)
      .filter(({rule}) => rule.startsWith('vulnerability.'))
      .map(({rule}) => rule),
    ['critical', 'high', 'medium', 'unknown'].map((level) => `vulnerability.${level}`),
  )
  const input = (await programs.called('trivy')).at(-1)?.replace('--input=', '') ?? ''
  t.regex(input, /image\.tar$/)
  await t.throwsAsync(access(input), {code: 'ENOENT'}, 'the copy is gone again')
})

test('a side that is not there, and a scanner that is not there, end with 1', async (t) => {
  await using project = await projectToBuild()
  const missing = await imm(project, 'lint', `image:${project.name}-not`, '--json', '--no-scan')
  t.is(missing.exitCode, 1)
  t.is(jsonLines(missing.stdout)[0]?.['code'], 'SIDE_NOT_FOUND')
  const env = {PATH: path.dirname(process.execPath)}
  const unscanned = await immIn(project, {env}, 'lint', '--json', '--scan')
  t.is(unscanned.exitCode, 1)
  t.is(jsonLines(unscanned.stdout)[0]?.['code'], 'SCANNER_MISSING')
})
