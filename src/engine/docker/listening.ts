import {readFile} from 'node:fs/promises'

import {isImmError} from '../../errors.ts'
import type {Client} from './client.ts'
import {exec} from './exec.ts'
import {inspect} from './inspect.ts'
import {type ListeningPort, listeningPorts} from './proc-net.ts'

/** TCP ports that something listens on in the container; none where it can't be seen. */
export const listening = async (client: Client, id: string, signal: AbortSignal): Promise<ListeningPort[]> => {
  const tables = (await fromHost(client, id, signal)) ?? (await fromInside(client, id, signal))
  return listeningPorts(tables)
}

const files = ['net/tcp', 'net/tcp6']

/** This machine's /proc shows a container's network without running anything in it. Undefined where it doesn't. */
const fromHost = async (client: Client, id: string, signal: AbortSignal): Promise<string | undefined> => {
  if (!client.local) return undefined
  const info = await inspect(client, id, signal)
  if (!info?.State.Pid) return undefined
  const directory = `/proc/${info.State.Pid}`
  const read = (file: string) => readFile(`${directory}/${file}`, 'utf8')
  try {
    // The engine's process numbers are not ours where imm itself runs in a container.
    if (!(await read('cgroup')).includes(info.Id)) return undefined
    return (await Promise.all(files.map((file) => read(file).catch(() => '')))).join('\n')
  } catch {
    return undefined
  }
}

const fromInside = async (client: Client, id: string, signal: AbortSignal): Promise<string> => {
  try {
    const {output} = await exec(client, id, ['cat', ...files.map((file) => `/proc/${file}`)], signal)
    return output
  } catch (error) {
    // Not running, or an image without `cat`.
    if (isImmError(error, 'ENGINE_REFUSED')) return ''
    throw error
  }
}
