import test from 'ava'

import {ciDirectory, ciSystem} from '../../../src/preview/ci/system.ts'

test('systems are told by the variables that they document', (t) => {
  t.is(ciSystem({GITHUB_ACTIONS: 'true', CI: 'true'}), 'github')
  t.is(ciSystem({GITLAB_CI: 'true', CI: 'true'}), 'gitlab')
  t.is(ciSystem({JENKINS_URL: 'https://ci.example/', BUILD_NUMBER: '7'}), 'jenkins')
})

test('a machine that only knows of a system is none of its jobs', (t) => {
  for (const env of [
    {},
    {CI: 'true'},
    {GITHUB_ACTIONS: 'false'},
    {GITLAB_CI: ''},
    {JENKINS_URL: 'https://ci.example/'},
  ])
    t.is(ciSystem(env), undefined)
})

test('files go where the system has room for them, or where IMM_CI_DIRECTORY says', (t) => {
  const env = {RUNNER_TEMP: '/r', CI_PROJECT_DIR: '/g', WORKSPACE: '/w', WORKSPACE_TMP: '/w@tmp'}
  t.is(ciDirectory('github', env), '/r')
  t.is(ciDirectory('gitlab', env), '/g')
  t.is(ciDirectory('jenkins', env), '/w@tmp')
  t.is(ciDirectory('jenkins', {WORKSPACE: '/w'}), '/w')
  t.is(ciDirectory(undefined, env), '.')
  for (const system of ['github', 'gitlab', 'jenkins', undefined] as const) {
    t.is(ciDirectory(system, {...env, IMM_CI_DIRECTORY: '/own'}), '/own')
    t.is(ciDirectory(system, {}), '.')
  }
})
