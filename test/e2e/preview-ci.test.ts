import {mkdir, readFile} from 'node:fs/promises'
import path from 'node:path'

import {openForge} from '../preview/ci/forge.ts'
import {gitIn} from '../source/repository/git.ts'
import {imm, immIn} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject} from '../support/project.ts'

test('a pipeline has one comment per preview at the request, however often it runs, and its outputs; outside of one that is said', async (t) => {
  await using project = await testProject({settings: 'guard: false'})
  await using hub = await openForge()
  await using lab = await openForge({gitlab: true, me: 42})
  const git = async (...args: string[]) => gitIn(project.directory, ...args)
  await git('init', '--quiet', '--initial-branch=main')
  await git('add', '--all')
  await git('commit', '--quiet', '-m', 'first')
  await git('branch', 'feature/x')
  const place = path.join(project.home, '..', 'runner')
  await mkdir(place)
  const none = {
    GITHUB_ACTIONS: '',
    GITLAB_CI: '',
    JENKINS_URL: '',
    IMM_CI_DIRECTORY: '',
    IMM_COMMENT_TOKEN: 'secret-token',
  }
  const github = {
    ...none,
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: hub.api,
    GITHUB_REPOSITORY: 'team/shop',
    GITHUB_REF: 'refs/pull/7/merge',
    GITHUB_OUTPUT: path.join(place, 'output'),
    GITHUB_STEP_SUMMARY: path.join(place, 'summary'),
    RUNNER_TEMP: place,
  }
  const gitlab = {
    ...none,
    GITLAB_CI: 'true',
    CI_API_V4_URL: lab.api,
    CI_PROJECT_ID: '3',
    CI_MERGE_REQUEST_IID: '7',
    CI_PROJECT_DIR: place,
  }
  const up = async (env: Record<string, string>) => {
    const {exitCode, stderr} = await immIn(project, {env}, 'preview', 'up', 'feature/x', '--ci')
    t.is(exitCode, 0, stderr)
    return stderr
  }
  try {
    await up(github)
    t.is(hub.comments.length, 1)
    const body = hub.comments[0]?.body ?? ''
    const url = /<(http:[^>]+)>/.exec(body)?.[1] ?? ''
    t.is(new URL(url).hostname, `feature-x.${project.name}.localhost`)
    t.true(body.startsWith(`<!-- imm-preview: ${project.name}/feature-x -->`))
    t.regex(body, /: live\n/)
    t.true((await readFile(github.GITHUB_OUTPUT, 'utf8')).includes(url))
    t.true((await readFile(github.GITHUB_STEP_SUMMARY, 'utf8')).includes(url))

    await up(github)
    t.is(hub.comments.length, 1)
    t.regex(hub.comments[0]?.body ?? '', /: live, as it was\n/)
    t.regex(hub.calls.at(-1) ?? '', /^PATCH \/repos\/team\/shop\/issues\/comments\/1000$/)

    await up(gitlab)
    await up(gitlab)
    t.is(lab.comments.length, 1)
    t.is(lab.calls[1]?.split('?')[0], 'GET /projects/3/merge_requests/7/notes')
    t.is(lab.calls.filter((call) => call.startsWith('POST ')).length, 1)
    t.regex(await readFile(path.join(place, 'imm-preview.env'), 'utf8'), /^IMM_PREVIEW_URL=http:/m)

    t.regex(await up(none), /warning: this is no job of GitHub Actions, GitLab CI or Jenkins/)
    t.true((await readFile(path.join(project.directory, 'imm-preview.md'), 'utf8')).includes(url))
  } finally {
    t.is((await imm(project, 'preview', 'down', '--all')).stderr, '')
    await imm(project, 'proxy', 'stop')
  }
})
