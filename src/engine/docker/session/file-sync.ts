import {isImmError} from '../../../errors.ts'
import type {BuildTree, SourceDirectory, SourceNode} from '../../../lifecycle/ports.ts'
import type {GrpcCall} from './grpc.ts'
import {dataPacket, endOfStats, errorPacket, finishedPacket, readPacket, statPacket} from './packets.ts'

// As fsutil's own sender does it.
const pieceBytes = 32 * 1024

// One write for each path would take longer than all the rest.
const statsAtOnce = 256

// Past 16 nothing gets faster, and the limit of open files can be as low as 256.
const filesAtOnce = 16

interface Listed {
  path: string
  node: SourceNode
}

/**
 * `moby.filesync.v1.FileSync/DiffCopy`: shows the builder every path with its size and time, and sends the files that it asks for, which are
 * those that it has not kept from the last build (github.com/tonistiigi/fsutil, send.go). It asks for the Dockerfile as for a directory of its own.
 */
export const fileSync =
  (context: BuildTree, forDockerfile: BuildTree, onError: (error: unknown) => void) =>
  async ({headers, messages, send, signal}: GrpcCall): Promise<void> => {
    const tree = valuesOf(headers['dir-name'])[0] === 'dockerfile' ? forDockerfile : context
    const listed = listingFor(tree, headers)
    const wanted = requests()
    const senders = Array.from({length: filesAtOnce}, async () => {
      for await (const id of wanted.ids) await sendFile(tree, listed[id], id, send, signal, onError)
    })
    const sending = Promise.all([sendStats(listed, send), ...senders])
    // Looked at in the end, which may be long after it failed.
    sending.catch(() => undefined)
    try {
      for await (const content of messages) {
        const packet = readPacket(content)
        if (packet.type === 'request') wanted.add(packet.id)
        if (packet.type === 'error') throw new Error(packet.words)
        if (packet.type === 'finished') {
          wanted.end()
          await sending
          await send(finishedPacket)
          return
        }
      }
    } finally {
      wanted.end()
      await sending.catch(() => undefined)
    }
  }

/** What the builder asks for, in the order it asks: thousands at once, of which a few are read at a time. */
const requests = () => {
  const waiting: number[] = []
  let next = 0
  let ended = false
  let news = Promise.withResolvers<void>()
  const wake = () => {
    news.resolve()
    news = Promise.withResolvers()
  }
  return {
    add(id: number) {
      waiting.push(id)
      wake()
    },
    end() {
      ended = true
      wake()
    },
    /** May be read by several, who share it out. */
    ids: {
      async *[Symbol.asyncIterator]() {
        for (;;) {
          const id = waiting[next]
          if (id !== undefined) {
            next += 1
            yield id
          } else if (ended) return
          else await news.promise
        }
      },
    },
  }
}

const sendStats = async (listed: readonly Listed[], send: GrpcCall['send']): Promise<void> => {
  for (let at = 0; at < listed.length; at += statsAtOnce)
    await send(...listed.slice(at, at + statsAtOnce).map(({path, node}) => statPacket(path, node)))
  await send(endOfStats)
}

const sendFile = async (
  tree: BuildTree,
  listed: Listed | undefined,
  id: number,
  send: GrpcCall['send'],
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<void> => {
  try {
    if (listed?.node.kind === 'file' && listed.node.size > 0)
      for await (const chunk of tree.read(listed.path, signal))
        for (let at = 0; at < chunk.length; at += pieceBytes)
          await send(dataPacket(id, chunk.subarray(at, at + pieceBytes)))
    await send(dataPacket(id, Buffer.alloc(0)))
  } catch (error) {
    // A file that can't be sent is the first cause, and what the builder makes of it a consequence. Where the builder hung up, it says why.
    if (!signal.aborted && !isImmError(error, 'ENGINE_LOST')) onError(error)
    await send(errorPacket('the file changed')).catch(() => undefined)
    throw error
  }
}

/**
 * What the builder asks for: all of the context, or what a few paths need. Those are a saving only: where they are anything but plain names
 * of what is there, all is shown, and the builder takes what it needs.
 */
const listingFor = ({root, hidden}: BuildTree, headers: GrpcCall['headers']): readonly Listed[] => {
  const wanted = [...valuesOf(headers['include-patterns']), ...valuesOf(headers['followpaths'])]
  const all = [...walk(root, '')]
  const forBuilder = valuesOf(headers['dir-name'])[0] !== 'context' || (wanted.length === 1 && wanted[0] === ignoreFile)
  // The Dockerfile by its possible names, or the ignore file: most are not there.
  if (forBuilder) return all.filter(({path}) => wanted.length === 0 || isWanted(path, wanted))
  const hiding = new Set(hidden)
  const shown = all.filter(({path}) => !hiding.has(path))
  return wanted.length > 0 && wanted.every((name) => isPlain(name, root))
    ? shown.filter(({path}) => isWanted(path, wanted))
    : shown
}

const ignoreFile = '.dockerignore'

const isWanted = (path: string, wanted: readonly string[]): boolean =>
  wanted.some((name) => name === path || name.startsWith(`${path}/`) || path.startsWith(`${name}/`))

/** Names a file or directory, and no link on the way to it. */
const isPlain = (name: string, root: SourceDirectory): boolean => {
  let node: SourceNode | undefined = root
  for (const part of name.split('/')) node = node?.kind === 'directory' ? node.children.get(part) : undefined
  return node !== undefined && node.kind !== 'link'
}

const valuesOf = (value: string | string[] | undefined): readonly string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : value.split(', ')

/** Depth first, names in the order of their bytes, which is the order that the builder compares in. */
function* walk({children}: SourceDirectory, above: string): Generator<Listed> {
  const names = [...children].toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  for (const [name, node] of names) {
    const path = `${above}${name}`
    yield {path, node}
    if (node.kind === 'directory') yield* walk(node, `${path}/`)
  }
}
