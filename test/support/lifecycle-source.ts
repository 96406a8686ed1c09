import {createHash} from 'node:crypto'
import {Readable} from 'node:stream'

import {ImmError} from '../../src/errors.ts'
import type {Change, Snapshot, Source, SourceDirectory} from '../../src/lifecycle/ports.ts'
import {releaseName, releaseNumber, type ReleaseName} from '../../src/release/identity.ts'
import {EventQueue} from './memory-engine/event-queue.ts'
import {programFiles, type Program} from './memory-engine/program.ts'
import {tarOf} from './memory-engine/tar.ts'

/** A project's files as a test writes them. */
export interface ScriptedSource extends Source, AsyncDisposable {
  /** Writes without telling anybody. */
  write(program: Program): void
  /** Tells everybody who watches that something changed. */
  touch(change?: Partial<Change>): void
  /** what the next snapshots warn of */
  warnings: readonly string[]
  /** further files of every layer */
  ballast: Record<string, string>
  /** the next so many images can't be packed, because a file moved */
  moves: number
  /** the next so many snapshots fail the same way */
  movesInSnapshot: number
  readonly disposed: boolean
  /** the `content` of what was ever written, by its digest */
  contentOf(digest: string | undefined): string
  contentOfRelease(release: ReleaseName): string
}

export const emptyTree: SourceDirectory = {
  kind: 'directory',
  mode: 0o755,
  mtimeMs: 0,
  digest: '',
  children: new Map(),
}

export const dockerfileHash = 'of the Dockerfile'

/** As much of a scripted source's tree as the lifecycle looks at. */
const scriptedTree: SourceDirectory = {
  ...emptyTree,
  children: new Map([['Dockerfile', {kind: 'file', mode: 0o644, mtimeMs: 0, size: 12, hash: dockerfileHash}]]),
}

export const scriptedSource = (first: Program, now: () => number): ScriptedSource => {
  const watchers = new Set<EventQueue<Change>>()
  const contents = new Map([[digestOf(first), first.content]])
  let content = first
  let disposed = false
  const source: ScriptedSource = {
    warnings: [],
    ballast: {},
    moves: 0,
    movesInSnapshot: 0,
    get disposed() {
      return disposed
    },
    write(program) {
      content = program
      contents.set(digestOf(program), program.content)
    },
    contentOfRelease: (release) =>
      [...contents].find(([digest]) => release === releaseName(releaseNumber(release) ?? 0, digest))?.[1] ?? 'unknown',
    contentOf: (digest) => contents.get(digest ?? '') ?? 'unknown',
    touch(change = {}) {
      const all = {files: ['app.json'], count: 1, firstEventMs: now(), settings: false, ...change}
      for (const watcher of watchers) watcher.push(all)
    },
    async *changes(signal) {
      const queue = new EventQueue<Change>()
      watchers.add(queue)
      try {
        yield* queue.read(signal)
      } catch (error) {
        if (!signal.aborted) throw error
      } finally {
        watchers.delete(queue)
      }
    },
    async snapshot(signal) {
      signal.throwIfAborted()
      if (source.movesInSnapshot > 0) {
        source.movesInSnapshot -= 1
        throw moved()
      }
      return {digest: digestOf(content), files: 2, bytes: 100, warnings: source.warnings, tree: scriptedTree}
    },
    layer: async ({digest}: Snapshot) => {
      if (digest !== digestOf(content)) throw moved()
      return tarOf({'app.json': JSON.stringify(content), ...source.ballast})
    },
    pack({digest}: Snapshot) {
      source.moves -= 1
      if (source.moves >= 0 || digest !== digestOf(content))
        return new Readable({
          read() {
            this.destroy(moved())
          },
        })
      return Readable.from([tarOf(programFiles(content))])
    },
    async [Symbol.asyncDispose]() {
      disposed = true
    },
  }
  return source
}

const moved = () => new ImmError('SNAPSHOT_MOVED', 'app.json changed while it was read')

export const digestOf = (program: Program): string =>
  `sha256:${createHash('sha256').update(JSON.stringify(program)).digest('hex')}`
