import {readdir, readFile} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'

import {ImmError} from '../../../errors.ts'
import type {CopiedVolume, VolumeCopy} from '../../../lifecycle/ports.ts'
import type {Client} from '../client.ts'
import {saysDiskFull} from '../translate-errors.ts'
import {inspectVolume} from './inspect-volume.ts'

const progressMs = 200

/**
 * In the engine's own directories, by `cp`: Node reads neither extended attributes nor holes, and `--reflink` copies no byte where the file
 * system shares blocks. Undefined where that can't be done here.
 */
export const copyDirectly = async (
  client: Client,
  {from, to, onProgress}: VolumeCopy,
  signal: AbortSignal,
): Promise<CopiedVolume | undefined> =>
  copyTree(client, {source: await placeOf(client, from, signal), what: `volume ${from}`, to, onProgress}, signal)

/** The same with a directory of this machine. */
export const copyDirectory = async (
  client: Client,
  {directory, to, onProgress}: Pick<VolumeCopy, 'to' | 'onProgress'> & {directory: string},
  signal: AbortSignal,
): Promise<CopiedVolume | undefined> =>
  copyTree(client, {source: directory, what: `directory ${directory}`, to, onProgress}, signal)

interface TreeCopy extends Pick<VolumeCopy, 'to' | 'onProgress'> {
  source: string | undefined
  /** in messages */
  what: string
}

const copyTree = async (
  client: Client,
  {source, what, to, onProgress}: TreeCopy,
  signal: AbortSignal,
): Promise<CopiedVolume | undefined> => {
  const target = await placeOf(client, to, signal)
  if (source === undefined || target === undefined || !(await hasGnuCopy())) return undefined
  // An engine in another mount namespace names the same paths: what was made a moment ago must be there, and empty.
  const inside = await readdir(target).catch(() => undefined)
  if (inside === undefined || inside.length > 0 || (await readdir(source).catch(() => undefined)) === undefined)
    return undefined
  const {execa} = await import('execa')
  const quietly = {cancelSignal: signal, reject: false, stdin: 'ignore'} as const
  const words = ['-a', '--reflink=auto', '--sparse=auto', '--', `${source}/.`, `${target}/`]
  const copying = execa('cp', words, {...quietly, stdout: 'ignore'})
  let totalBytes: number | undefined
  // Beside it: containers may stand still meanwhile.
  const measure = async () => {
    const {stdout} = await execa('du', ['-s', '-B1', '--', source], quietly)
    totalBytes = Number(/^\d+/.exec(stdout)?.[0] ?? 0)
  }
  const measuring = measure()
  const over = new AbortController()
  const counting = countWritten(copying.pid, (doneBytes) => onProgress({doneBytes, totalBytes}), over.signal)
  const {failed, stderr} = await copying
  over.abort()
  await Promise.all([counting, measuring])
  const bytes = totalBytes ?? 0
  signal.throwIfAborted()
  if (!failed) {
    onProgress({doneBytes: bytes, totalBytes: bytes})
    return {bytes, way: 'direct'}
  }
  const why = stderr.trim().split('\n').at(-1) ?? ''
  throw new ImmError(
    saysDiskFull(stderr) ? 'ENGINE_DISK_FULL' : 'ENGINE_REFUSED',
    saysDiskFull(stderr) ? `the engine's disk is full: ${why}` : `copying ${what}: ${why}`,
  )
}

/** Directory of a volume on this machine, where it is an ordinary one and we may do everything in it. */
const placeOf = async ({facts, docker}: Client, name: string, signal: AbortSignal): Promise<string | undefined> => {
  if (facts.dataRoot === undefined || process.getuid?.() !== 0) return undefined
  const {driver, options, mountpoint} = await inspectVolume(docker, name, signal)
  return driver === 'local' && Object.keys(options).length === 0 && mountpoint !== '' ? mountpoint : undefined
}

/** Other `cp`s lose attributes and holes, or don't know the options. */
const hasGnuCopy = async (): Promise<boolean> => {
  const {execa} = await import('execa')
  const {stdout} = await execa('cp', ['--version'], {reject: false})
  return typeof stdout === 'string' && stdout.includes('GNU coreutils')
}

/** What the kernel says that a process has written (proc_pid_io(5)), until the signal aborts. */
const countWritten = async (
  pid: number | undefined,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> => {
  let bytes = 0
  while (!signal.aborted) {
    const text = await readFile(`/proc/${pid}/io`, 'utf8').catch(() => '')
    const written = Number(/^wchar: (\d+)$/m.exec(text)?.[1] ?? 0)
    if (written > bytes) onBytes((bytes = written))
    await sleep(progressMs, undefined, {signal}).catch(() => undefined)
  }
}
