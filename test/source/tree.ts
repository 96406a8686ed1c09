import {chmod, mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {setTimeout} from 'node:timers/promises'

import type {ExecutionContext} from 'ava'

import type {WatchSettings} from '../../src/config/settings.ts'
import type {Change, Source} from '../../src/lifecycle/ports.ts'
import {openSource} from '../../src/source/open.ts'

/** Text, bytes, a link, a mode, or `null` for an empty directory. */
export type Content = string | Buffer | {link: string} | {text: string; mode: number} | null

export type Tree = Readonly<Record<string, Content>>

export const never = new AbortController().signal

/** A directory of its own with these files and a Dockerfile, gone after the test. */
export const makeTree = async (t: ExecutionContext, tree: Tree = {}): Promise<string> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-source-'))
  t.teardown(() => rm(directory, {recursive: true, force: true}))
  await addTree(directory, {Dockerfile: 'FROM scratch\nCOPY . /\n', ...tree})
  return directory
}

/** Resolves when a stat proves what is in a file that was written before. */
export const untilOld = async (): Promise<void> => {
  const fromMs = Date.now()
  while (Date.now() - fromMs < 100) await setTimeout(20)
}

export const makeOldTree = async (t: ExecutionContext, tree: Tree): Promise<string> => {
  const directory = await makeTree(t, tree)
  await untilOld()
  return directory
}

export const addTree = async (directory: string, tree: Tree): Promise<void> => {
  for (const [name, content] of Object.entries(tree)) {
    const file = path.join(directory, name)
    await mkdir(content === null ? file : path.dirname(file), {recursive: true})
    if (content === null) continue
    if (typeof content === 'string' || Buffer.isBuffer(content)) await writeFile(file, content)
    else if ('link' in content) await symlink(content.link, file)
    else {
      await writeFile(file, content.text)
      await chmod(file, content.mode)
    }
  }
}

export interface Opened extends Partial<WatchSettings> {
  context?: string
  dockerfile?: string
  settingsFiles?: readonly string[]
  rescanMs?: number
}

export const open = (t: ExecutionContext, directory: string, options: Opened = {}): Required<Source> => {
  const {context = directory, dockerfile = 'Dockerfile', settingsFiles = [], rescanMs, ...watch} = options
  const source = openSource({
    project: directory,
    context,
    dockerfile,
    settingsFiles,
    ...(rescanMs !== undefined && {rescanMs}),
    watch: {paths: [], ignore: [], quietMs: 50, poll: undefined, ...watch},
  })
  t.teardown(() => source[Symbol.asyncDispose]())
  return source
}

/** Collects what a source tells; `next` waits for one more, `end` stops it and gives all. */
export const listen = (t: ExecutionContext, source: Source) => {
  const stop = new AbortController()
  const changes = source.changes(stop.signal)[Symbol.asyncIterator]()
  t.teardown(() => stop.abort())
  return {
    next: async (): Promise<Change> => {
      const result = await changes.next()
      if (result.done === true) throw new Error('the changes ended')
      return result.value
    },
    /** Proves that nothing came before a change that is made now. */
    nothingBefore: async (mark: () => Promise<void>, name: string): Promise<void> => {
      const next = changes.next()
      await mark()
      const result = await next
      t.deepEqual(result.done === true ? result : result.value.files, [name])
    },
    stop: async (): Promise<void> => {
      const next = changes.next()
      stop.abort()
      t.deepEqual(await next, {value: undefined, done: true})
    },
  }
}
