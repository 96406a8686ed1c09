import {mkdir, mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'

import {abandonedProjects, forgetProject} from '../../src/state/abandoned.ts'
import {allotNumbers} from '../../src/state/numbers.ts'
import {claimEnvironment} from '../../src/state/previews.ts'
import {claimProject} from '../../src/state/projects.ts'

const {signal} = new AbortController()

test('a project is abandoned once its directory is gone, and then nothing of it is kept', async (t) => {
  const place = await mkdtemp(path.join(tmpdir(), 'imm-abandoned-'))
  t.teardown(async () => rm(place, {recursive: true, force: true}))
  const home = path.join(place, 'home')
  t.deepEqual(await abandonedProjects(home, signal), [])
  for (const slug of ['shop', 'blog']) {
    const directory = path.join(place, slug)
    await mkdir(directory)
    await claimProject({home, slug, directory, signal})
    const id = {project: slug, environment: 'main', app: 'app'}
    await allotNumbers({home, id, atLeast: {release: 0, generation: 0}, kind: 'release', signal})
    await claimEnvironment(home, slug, {ref: 'refs/heads/x', name: 'x'})
  }
  t.deepEqual(await abandonedProjects(home, signal), [])
  await rm(path.join(place, 'shop'), {recursive: true})
  t.deepEqual(await abandonedProjects(home, signal), ['shop'])
  await forgetProject(home, 'shop', signal)
  t.deepEqual(await abandonedProjects(home, signal), [])
  t.deepEqual(await readdir(path.join(home, 'numbers')), ['blog'])
  t.deepEqual(await readdir(path.join(home, 'projects')), ['blog'])
  t.deepEqual(await readdir(path.join(home, 'previews')), ['blog'])
})
