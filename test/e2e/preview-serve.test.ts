import {setTimeout as sleep} from 'node:timers/promises'

import {execa} from 'execa'

import {gitIn} from '../source/repository/git.ts'
import {containersOf, imagesOf} from '../support/engine-socket.ts'
import {imm, immBin, immEnv, jsonLines} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject} from '../support/project.ts'
import {request} from '../support/traffic-request.ts'

interface Listed {
  name: string
  url: string
}

test('previews are what git says after many branches moved, came and went, and serve was killed in the middle', async (t) => {
  await using project = await testProject({settings: 'guard: 1s\nhealth: /health'})
  const git = async (...args: string[]) => gitIn(project.directory, ...args)
  await git('init', '--quiet', '--initial-branch=main')
  await git('add', '--all')
  await git('commit', '--quiet', '-m', 'first')
  const wanted = new Map<string, string>()
  const push = async (name: string, content: string) => {
    await git('checkout', '--quiet', '-B', name, 'main')
    await project.write('src/greeting.txt', content)
    await git('commit', '--quiet', '--all', '-m', content)
    wanted.set(name, content)
  }
  const remove = async (name: string) => {
    await git('checkout', '--quiet', 'main')
    await git('branch', '-D', name)
    wanted.delete(name)
  }
  const serve = (...args: string[]) =>
    execa(process.execPath, [immBin, 'preview', 'serve', '--json', ...args], {
      cwd: project.directory,
      env: immEnv(project),
      reject: false,
      stdin: 'ignore',
    })

  try {
    for (const name of ['a', 'feature/x', 'feature-x', 'ünïcode']) await push(name, `first of ${name}`)
    const killed = serve()
    // In the middle: some are there, and others are being built.
    while (killed.nodeChildProcess.exitCode === null && (await containersOf(project.name)).length === 0) await sleep(20)
    await push('a', 'second of a')
    await remove('feature/x')
    killed.kill('SIGKILL')
    await killed
    await git('checkout', '--quiet', 'main')
    await git('branch', '--move', 'feature-x', 'renamed')
    wanted.set('renamed', 'first of feature-x')
    wanted.delete('feature-x')
    await remove('ünïcode')
    await push('ünïcode', 'again')
    await git('checkout', '--quiet', 'main')

    const {exitCode, stdout, stderr} = await serve('--once')
    t.is(exitCode, 0, stdout + stderr)
    const listed = jsonLines((await imm(project, 'preview', 'list', '--json')).stdout) as unknown as Listed[]
    const served = listed.map(async ({name, url}) => {
      const {host, port} = new URL(url)
      return [name, (await request({origin: `http://127.0.0.1:${port}`, host})).body.trim()]
    })
    t.deepEqual(new Map((await Promise.all(served)) as [string, string][]), wanted)
    t.is((await containersOf(project.name)).length, wanted.size, 'nothing is left of what was cut off')
    t.is((await imm(project, 'preview', 'plan')).exitCode, 0)

    await git('branch', 'one-more')
    t.is((await imm(project, 'preview', 'plan')).exitCode, 2)
  } finally {
    await imm(project, 'preview', 'down', '--all')
    await imm(project, 'proxy', 'stop')
  }
  t.deepEqual([await containersOf(project.name), await imagesOf(project.name)], [[], []])
})
