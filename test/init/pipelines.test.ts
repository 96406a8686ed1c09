import {mkdtempDisposable, readFile, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'
import {execa} from 'execa'
import {parseDocument} from 'yaml'

import {ciSystems, pipelines, type CiSystem} from '../../src/init/ci-systems.ts'
import {renderTemplate} from '../../src/init/templates.ts'
import {hostileTexts} from '../preview/ci/results.ts'

const textOf = (system: CiSystem): Promise<string> =>
  renderTemplate(
    pipelines[system].template,
    {project: 'shop', source: 'https://example.org/imm', build: true},
    AbortSignal.timeout(20_000),
  )

const parsed = async <T>(system: CiSystem): Promise<T> => {
  const document = parseDocument(await textOf(system), {strict: true, uniqueKeys: true})
  if (document.errors.length + document.warnings.length > 0)
    throw new Error([...document.errors, ...document.warnings].join('\n'))
  return document.toJS() as T
}

interface Step {
  name?: string
  uses?: string
  run?: string
  if?: string
  with?: Record<string, unknown>
  env?: Record<string, string>
}
interface Workflow {
  name: string
  on: {push: {branches: string[]}; pull_request: {types: string[]}}
  permissions: Record<string, string>
  concurrency: {group: string; 'cancel-in-progress': boolean}
  jobs: Record<string, {if: string; 'runs-on': string; 'timeout-minutes': number; steps: Step[]}>
}

interface Job {
  stage: string
  script: string[]
  rules?: {if: string; when?: string; allow_failure?: boolean}[]
  resource_group: string
  environment?: {name: string; url?: string; on_stop?: string; action?: string}
  artifacts?: {when: string; paths: string[]; reports: {dotenv: string}}
}

/** The scripts of a pipeline, each as its shell gets it. */
const scriptsOf = async (system: CiSystem): Promise<string[]> => {
  if (system === 'github')
    return Object.values((await parsed<Workflow>('github')).jobs).flatMap(({steps}) =>
      steps.flatMap(({run}) => (run === undefined ? [] : [run])),
    )
  if (system === 'gitlab') {
    const {
      default: every,
      workflow: _,
      ...jobs
    } = await parsed<{default: {before_script: string[]}; workflow: unknown}>('gitlab')
    const scripts = Object.values(jobs as Record<string, Job>).map(({script}) => script.join('\n'))
    return [every.before_script.join('\n'), ...scripts]
  }
  return [...(await textOf('jenkins')).matchAll(/\bsh '''([\s\S]*?)'''|\bsh '([^'\n]*)'/g)].map(
    ([, long, short]) => long ?? short ?? '',
  )
}

test('GitHub: on pushes to the main branch and on pull requests, with no right but to read and to comment', async (t) => {
  const {on, permissions, concurrency, jobs} = await parsed<Workflow>('github')
  t.deepEqual(Object.keys(on), ['push', 'pull_request'])
  t.deepEqual(on.pull_request.types, ['opened', 'reopened', 'synchronize', 'closed'])
  t.deepEqual(permissions, {contents: 'read', 'pull-requests': 'write'})
  t.regex(concurrency.group, /pull_request\.number/)
  t.deepEqual(Object.keys(jobs), ['build', 'down'])
  for (const job of Object.values(jobs)) {
    t.regex(job.if, /head\.repo\.full_name == github\.repository/, 'nothing of a fork runs')
    t.true(job['timeout-minutes'] > 0)
  }
})

test('GitHub: steps are actions of GitHub itself, or scripts into which nothing is put', async (t) => {
  const {jobs} = await parsed<Workflow>('github')
  for (const {uses, run, with: inputs} of Object.values(jobs).flatMap(({steps}) => steps)) {
    t.true((uses === undefined) !== (run === undefined))
    if (uses !== undefined) t.regex(uses, /^actions\/(?:checkout|setup-node)@v\d+$/)
    if (uses?.startsWith('actions/checkout')) t.is(inputs?.['persist-credentials'], false)
    t.notRegex(run ?? '', /\$\{\{/)
  }
  const preview = jobs['build']?.steps.find(({run}) => run?.includes('preview up'))
  t.deepEqual(preview?.env, {
    BRANCH: '${{ github.head_ref }}',
    IMM_COMMENT_TOKEN: '${{ github.token }}',
    RUNNER_TRACKING_ID: '',
  })
})

test('GitLab: the preview is an environment whose address comes from the report and that has a job to stop it', async (t) => {
  const {preview, 'preview down': down, build} = await parsed<Record<string, Job>>('gitlab')
  t.deepEqual(preview?.environment, {
    name: 'preview/$CI_MERGE_REQUEST_IID',
    url: '$IMM_PREVIEW_URL',
    on_stop: 'preview down',
  })
  t.deepEqual(down?.environment, {name: 'preview/$CI_MERGE_REQUEST_IID', action: 'stop'})
  t.deepEqual(preview?.artifacts, {when: 'always', paths: ['imm-preview.md'], reports: {dotenv: 'imm-preview.env'}})
  t.is(down?.rules?.[0]?.if, preview?.rules?.[0]?.if, 'GitLab wants both in the same pipelines')
  t.like(down?.rules?.[0], {when: 'manual', allow_failure: true})
  t.regex(preview?.rules?.[0]?.if ?? '', /SOURCE_PROJECT_ID == \$CI_MERGE_REQUEST_PROJECT_ID/)
  for (const job of [preview, down, build]) t.is(job?.resource_group, 'imm')
})

test('Jenkins: brackets are in pairs, and every script is in single quotes, where Groovy puts nothing in', async (t) => {
  const text = (await textOf('jenkins')).replaceAll(/^\s*\/\/.*$/gm, '')
  t.is(text.match(/\bsh\b/g)?.length, (await scriptsOf('jenkins')).length)
  t.notRegex(text, /"""|sh\s*\(?"/)
  const code = text.replaceAll(/'''[\s\S]*?'''|'[^'\n]*'/g, '')
  t.notRegex(code, /["$]/)
  const open: string[] = []
  const pairs: Readonly<Record<string, string>> = {')': '(', ']': '[', '}': '{'}
  for (const character of code) {
    if ('([{'.includes(character)) open.push(character)
    else if (character in pairs) t.is(open.pop(), pairs[character])
  }
  t.deepEqual(open, [])
  t.regex(code, /^\s*pipeline \{/)
})

test('pipelines build, compare, bring previews up and take them down, and use no other command of imm', async (t) => {
  for (const system of ciSystems) {
    const used = (await scriptsOf(system)).flatMap((script) =>
      [...script.matchAll(/(?:^|\s)imm ((?:preview )?[a-z]+)/g)].map(([, command]) => command),
    )
    const expected = ['build', 'parity', 'preview up', ...(system === 'jenkins' ? [] : ['preview down'])]
    t.deepEqual(used, expected, system)
  }
})

for (const system of ciSystems)
  test(`${system}: scripts are right for sh and bash, and install what templates name`, async (t) => {
    const scripts = await scriptsOf(system)
    for (const shell of ['sh', 'bash']) for (const script of scripts) await execa(shell, ['-n', '-c', script])
    t.true(scripts.some((script) => script.includes('git clone --depth 1 https://example.org/imm ')))
  })

/** Writes its arguments down, and the commit that the last of them names. */
const immThatTells = `#!/bin/sh
for last; do :; done
{ printf '%s\\0' "$@"; git rev-parse "$last"; } >"$IMM_LOG"
`

const branchOf = {github: 'BRANCH', gitlab: 'CI_MERGE_REQUEST_SOURCE_BRANCH_NAME', jenkins: 'CHANGE_BRANCH'} as const

for (const system of ciSystems)
  test(`${system}: whatever a branch is called, imm gets its name as one word and nothing else runs`, async (t) => {
    await using place = await mkdtempDisposable(path.join(tmpdir(), 'imm-pipeline-'))
    const log = path.join(place.path, 'log')
    await writeFile(path.join(place.path, 'imm'), immThatTells, {mode: 0o755})
    const env = {PATH: `${place.path}:${process.env['PATH']}`, IMM_LOG: log, GIT_CONFIG_GLOBAL: '/dev/null'}
    const cwd = path.join(place.path, 'checkout')
    await execa('git', ['init', '-q', cwd], {env})
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b.c']
    await execa('git', [...identity, 'commit', '-q', '--allow-empty', '-m', 'x'], {cwd, env})
    const {stdout: head} = await execa('git', ['rev-parse', 'HEAD'], {cwd, env})
    const script = (await scriptsOf(system)).find((each) => each.includes('preview up')) ?? ''
    let taken = 0
    for (const text of hostileTexts) {
      // What git refuses in a name can be in no branch's.
      const branch = text.replaceAll(/[\s~^:?*[\\]|\.\.|@\{|(?<=\/)\/+/g, '').slice(0, 100)
      const {exitCode} = await execa('sh', ['-e', '-c', script], {
        cwd,
        env: {...env, [branchOf[system]]: branch},
        reject: false,
      })
      if (exitCode !== 0) continue
      taken += 1
      t.deepEqual((await readFile(log, 'utf8')).split('\0'), [
        'preview',
        'up',
        '--ci',
        `refs/heads/${branch}`,
        `${head}\n`,
      ])
    }
    t.is(taken, hostileTexts.length)
    t.is((await execa('git', ['status', '--porcelain'], {cwd, env})).stdout, '', 'nothing was touched')
  })
