import {open, rename} from 'node:fs/promises'
import type {FileHandle} from 'node:fs/promises'

import type {AccessEntry, AccessLog} from './access-log.ts'
import {maxAccessFileBytes, maxAccessWaitingBytes} from './limits.ts'
import type {Log} from './log.ts'

/**
 * Writes the access log to a file, behind the requests: what comes faster than the disk takes it is dropped, counted and said. A file
 * that has become long goes on under its name with `.1`. Disposing writes what is left.
 */
export const writeAccessLog = (
  access: AccessLog,
  file: string,
  log: Log,
  maxBytes = maxAccessFileBytes,
): AsyncDisposable => {
  const waiting = createWaiting()
  let out: {handle: FileHandle; bytes: number} | undefined
  let failure = ''
  let writing: Promise<void> | undefined

  const put = async (text: string): Promise<void> => {
    out ??= await openForAppend(file)
    await out.handle.appendFile(text)
    out.bytes += Buffer.byteLength(text)
    if (out.bytes < maxBytes) return
    await out.handle.close()
    out = undefined
    await rename(file, `${file}.1`)
  }
  const work = async (): Promise<void> => {
    for (let text = waiting.take(); text !== ''; text = waiting.take()) {
      try {
        await put(text)
        failure = ''
      } catch (error) {
        // Once, not with each request: a full disk stays full.
        const reason = error instanceof Error ? error.message : String(error)
        if (reason !== failure) log(`the access log can't be written: ${reason}`)
        failure = reason
      }
    }
    writing = undefined
  }
  const listening = access.listen((entry) => {
    waiting.add(entry)
    writing ??= work()
  })
  return {
    async [Symbol.asyncDispose]() {
      listening[Symbol.dispose]()
      await writing
      await out?.handle.close()
    },
  }
}

/** Lines that are not written yet, with how many there was no room for. */
const createWaiting = () => {
  let lines: string[] = []
  let bytes = 0
  let dropped = 0
  const push = (line: object): void => {
    const text = `${JSON.stringify(line)}\n`
    lines.push(text)
    bytes += text.length
  }
  return {
    add(entry: AccessEntry): void {
      if (bytes > maxAccessWaitingBytes) dropped++
      else push({...entry, query: undefined})
    },
    take(): string {
      if (dropped > 0) push({type: 'dropped', time: new Date().toISOString(), count: dropped})
      const text = lines.join('')
      lines = []
      bytes = 0
      dropped = 0
      return text
    },
  }
}

const openForAppend = async (file: string): Promise<{handle: FileHandle; bytes: number}> => {
  const handle = await open(file, 'a', 0o600)
  return {handle, bytes: (await handle.stat()).size}
}
