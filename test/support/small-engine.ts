import {existsSync} from 'node:fs'
import {mkdir, mkdtemp, rm, statfs, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

import {execa} from 'execa'

import {isSystemError} from '../../src/socket/system-error.ts'

/** A Docker Engine with a small disk. It and whoever uses it are in a network of their own: it does nothing to the engine that is there. */
export interface SmallEngine extends AsyncDisposable {
  url: string
  /** what to put before a command that is to reach its containers */
  inside: readonly [string, ...string[]]
  /** Takes what is left of its disk but for so much; disposing gives it back. */
  fill(leaveBytes: number): Promise<AsyncDisposable>
}

const tools = ['unshare', 'nsenter', 'ip', 'mount', 'dockerd']

/** Why there can be none here. */
export const noSmallEngine = (): string | undefined => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'only root on Linux can make a disk and a network'
  const missing = tools.find(
    (tool) => !['/usr/sbin', '/usr/bin', '/sbin', '/bin'].some((at) => existsSync(path.join(at, tool))),
  )
  return missing && `there is no ${missing}`
}

const script = `ip link set lo up
mount --make-rprivate /
mount -t tmpfs -o size="$2" tmpfs "$1/disk"
exec dockerd --data-root "$1/disk/data" --exec-root "$1/exec" -p "$1/pid" -H "unix://$1/sock" --bip 172.31.255.1/24`

const readyTimeoutMs = 30_000
const pieceBytes = 1024 * 1024

/** An engine with `diskMb` of disk, of which `image` of the engine that is there takes its part. */
export const smallEngine = async (diskMb: number, image: string): Promise<SmallEngine> => {
  const place = await mkdtemp(path.join(tmpdir(), 'imm-small-'))
  await mkdir(path.join(place, 'disk'))
  const daemon = execa('unshare', ['--net', '--mount', 'sh', '-ec', script, 'sh', place, `${diskMb}m`], {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: {file: path.join(place, 'log')},
    reject: false,
  })
  await using stack = new AsyncDisposableStack()
  stack.defer(async () => rm(place, {recursive: true, force: true}))
  stack.defer(async () => {
    daemon.kill('SIGTERM')
    await daemon
  })
  const url = `unix://${path.join(place, 'sock')}`
  const deadlineMs = performance.now() + readyTimeoutMs
  while ((await execa('docker', ['-H', url, 'version'], {reject: false})).failed) {
    if (performance.now() > deadlineMs) throw new Error('the small engine does not answer')
    await sleep(100)
  }
  // As a stream: it is larger than what should be in memory.
  await execa('docker', ['save', image], {buffer: false}).pipe('docker', ['-H', url, 'load'])
  const kept = stack.move()
  let fillers = 0
  return {
    url,
    inside: ['nsenter', `--net=/proc/${daemon.pid}/ns/net`],
    async fill(leaveBytes) {
      const disk = `/proc/${daemon.pid}/root${place}/disk`
      const filler = path.join(disk, `filler-${++fillers}`)
      const {bavail, bsize} = await statfs(disk)
      try {
        for (let left = bavail * bsize - leaveBytes; left > 0; left -= pieceBytes)
          await writeFile(filler, Buffer.alloc(Math.min(left, pieceBytes)), {flag: 'a'})
      } catch (error) {
        if (!isSystemError(error, 'ENOSPC')) throw error
      }
      return {[Symbol.asyncDispose]: async () => rm(filler)}
    },
    [Symbol.asyncDispose]: async () => kept.disposeAsync(),
  }
}
