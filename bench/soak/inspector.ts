import {once} from 'node:events'
import {readFile} from 'node:fs/promises'

import {WebSocket} from 'ws'
import type {RawData} from 'ws'

/** Node's inspector of a process: what it has in use shows after its garbage was collected, and only then. */
export interface Inspector extends Disposable {
  /** Collects the garbage, and resolves with the MB in use on the heap. */
  heapMb(): Promise<number>
}

/** In the environment of the process; it then writes its address to stderr. */
export const inspectOptions = '--inspect=127.0.0.1:0'

/** Of the process that wrote its address to the log last. */
export const openInspector = async (log: string): Promise<Inspector> => {
  const addresses = (await readFile(log, 'utf8')).match(/ws:\/\/127\.0\.0\.1:\d+\/[\w-]+/g)
  const socket = new WebSocket(addresses?.at(-1) ?? '')
  await once(socket, 'open')
  let calls = 0
  const call = async (method: string, params: object): Promise<unknown> => {
    const id = ++calls
    socket.send(JSON.stringify({id, method, params}))
    for (;;) {
      const [data] = (await once(socket, 'message')) as [RawData]
      const message = JSON.parse(Buffer.isBuffer(data) ? data.toString() : '{}') as {id?: number; result?: unknown}
      if (message.id === id) return message.result
    }
  }
  return {
    async heapMb() {
      await call('HeapProfiler.collectGarbage', {})
      const usage = (await call('Runtime.getHeapUsage', {})) as {usedSize: number}
      return usage.usedSize / 1024 / 1024
    },
    [Symbol.dispose]() {
      socket.terminate()
    },
  }
}
