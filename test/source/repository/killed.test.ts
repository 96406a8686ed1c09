import {readFile, readdir, rm, stat} from 'node:fs/promises'
import path from 'node:path'
import {setTimeout} from 'node:timers/promises'

import test from 'ava'
import type {ExecutionContext} from 'ava'
import {execa} from 'execa'

import {checkOut} from '../../../src/source/repository/check-out.ts'
import {openRepository} from '../../../src/source/repository/open.ts'
import {addTree, never} from '../tree.ts'
import {makeRepository} from './git.ts'

const module = (file: string) => JSON.stringify(new URL(`../../../src/source/repository/${file}`, import.meta.url).href)

const until = async (file: string): Promise<void> => {
  while ((await stat(file).catch(() => undefined)) === undefined) await setTimeout(10)
}

/** An imm that was killed while its git writes `b`, and that git, which writes on as soon as `hold` is gone. */
const killedInTheMiddle = async (t: ExecutionContext) => {
  const made = await makeRepository(t, {'.gitattributes': 'b filter=slow', a: 'a1', b: 'b1', c: 'c1', gone: 'x'})
  const first = await made.git('rev-parse', 'HEAD')
  await made.git('rm', '-q', 'gone')
  const second = await made.commit({a: 'a2', b: 'b2', c: 'c2', d: 'd2'})
  const [hold, held] = [`${made.beside}.hold`, `${made.beside}.held`]
  await made.git('config', 'filter.slow.smudge', `cat; touch ${held}; while [ -e ${hold} ]; do sleep 0.02; done`)
  const repository = await openRepository(made.directory, never)
  await checkOut(repository, first, made.beside, never)
  await addTree(path.dirname(made.beside), {[path.basename(hold)]: ''})
  await rm(held)
  const program = `import {checkOut} from ${module('check-out.ts')}
import {openRepository} from ${module('open.ts')}
const {signal} = new AbortController()
await checkOut(await openRepository(process.argv[1], signal), process.argv[2], process.argv[3], signal)`
  const imm = execa(process.execPath, ['--input-type=module', '-e', program, made.directory, second, made.beside], {
    reject: false,
  })
  t.teardown(() => rm(hold, {force: true}))
  await Promise.race([until(held), imm])
  imm.kill('SIGKILL')
  t.is((await imm).signal, 'SIGKILL')
  const memory = path.join(path.dirname(made.beside), `.${path.basename(made.beside)}.git-index`)
  const git = Number(await readFile(path.join(memory, 'process'), 'utf8'))
  const content = async () =>
    Object.fromEntries(
      await Promise.all(
        (await readdir(made.beside))
          .filter((name) => name !== '.gitattributes')
          .map(async (name) => [name, await readFile(path.join(made.beside, name), 'utf8')] as const),
      ),
    )
  return {repository, first, second, hold, memory, git, content, directory: made.beside}
}

const old = {a: 'a1', b: 'b1', c: 'c1', gone: 'x'}

test('a git that outlives a killed imm is waited for, and what it wrote is undone', async (t) => {
  const {repository, first, hold, git, content, directory} = await killedInTheMiddle(t)
  t.true(process.kill(git, 0), 'it is still there')
  const order: string[] = []
  const next = checkOut(repository, first, directory, never).then(() => order.push('done'))
  // Long enough for one that does not wait: that takes a tenth of it.
  await setTimeout(500)
  order.push('freed')
  await rm(hold)
  await next
  t.deepEqual(order, ['freed', 'done'])
  t.deepEqual(await content(), old)
})

test('where git was killed as well, the next checkout repairs what it left, to either commit', async (t) => {
  for (const which of ['first', 'second'] as const) {
    const {repository, hold, memory, git, content, directory, ...commits} = await killedInTheMiddle(t)
    process.kill(git, 'SIGKILL')
    await rm(hold)
    t.true((await readdir(memory)).includes('index.lock'), 'it was writing')
    await checkOut(repository, commits[which], directory, never)
    t.deepEqual(await content(), which === 'first' ? old : {a: 'a2', b: 'b2', c: 'c2', d: 'd2'})
    t.false((await readdir(memory)).includes('index.lock'))
  }
})

test('one that is aborted ends its git, and the next goes on', async (t) => {
  const {repository, first, second, hold, content, directory} = await killedInTheMiddle(t)
  await rm(hold)
  await checkOut(repository, first, directory, never)
  await addTree(path.dirname(directory), {[path.basename(hold)]: ''})
  await rm(`${directory}.held`)
  const stop = new AbortController()
  const stopped = checkOut(repository, second, directory, stop.signal)
  await until(`${directory}.held`)
  stop.abort(new Error('enough'))
  await t.throwsAsync(stopped, {message: 'enough'})
  await rm(hold)
  await checkOut(repository, second, directory, never)
  t.deepEqual(await content(), {a: 'a2', b: 'b2', c: 'c2', d: 'd2'})
})
