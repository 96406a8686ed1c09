import type {VolumeHappening} from '../wiring/volumes.ts'
import {bytes, duration} from './formats.ts'

/** How work on a volume is shown. */
export interface VolumeView {
  show(happening: VolumeHappening): void
  end(): void
}

const terminalMs = 100
const linesMs = 5000

const words = {
  snapshot: 'copying',
  backup: 'keeping what is there',
  restore: 'restoring',
  clone: 'copying',
  seed: 'filling',
} as const

/** Progress on one line of a terminal, and elsewhere as a line now and then; for programs all of it, but not more often than they can use. */
export const volumeView = (
  stream: NodeJS.WriteStream,
  say: (text: string) => void,
  result: (value: object) => void,
  warning: (message: string) => void,
): VolumeView => {
  let shownMs = 0
  let begun: {doing: string; atMs: number} | undefined
  let open = false
  const close = () => {
    if (open) stream.write('\r\u001B[K')
    open = false
  }
  const progress = (now: Extract<VolumeHappening, {type: 'progress'}>) => {
    const ms = performance.now()
    if (begun?.doing !== now.doing) {
      begun = {doing: now.doing, atMs: ms}
      shownMs = ms
      return
    }
    if (ms - shownMs < (stream.isTTY ? terminalMs : linesMs)) return
    shownMs = ms
    const bytesPerS = Math.round((now.doneBytes / (ms - begun.atMs)) * 1000)
    result({...now, bytesPerS})
    const text = `${words[now.doing]}: ${bytes(now.doneBytes)}${now.totalBytes === undefined ? '' : ` of ${bytes(now.totalBytes)}`}, ${bytes(bytesPerS)}/s`
    if (!stream.isTTY) return say(text)
    stream.write(`\r\u001B[K${text}`)
    open = true
  }
  return {
    show(happening) {
      if (happening.type === 'progress') return progress(happening)
      close()
      const text = textOf(happening)
      if (happening.type === 'warning') warning(happening.message)
      else say(text)
      return result(happening)
    },
    end: close,
  }
}

const textOf = (happening: Exclude<VolumeHappening, {type: 'progress'}>): string => {
  switch (happening.type) {
    case 'paused':
      return `paused ${happening.containers.join(', ')}: what is asked of it waits`
    case 'resumed':
      return `${happening.containers.join(', ')} goes on after ${duration(happening.pausedMs)}`
    case 'stopped':
      return `stopped ${happening.containers.join(', ')}`
    case 'started':
      return `started again: ${happening.containers.join(', ')}`
    case 'warning':
      return happening.message
    default:
      return happening satisfies never
  }
}
