import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

export const proxyCore = 0
/** of the upstream and of whoever asks */
export const otherCore = 1
export const host = 'bench.localhost'

export const temporaryDirectory = async (): Promise<AsyncDisposable & {directory: string}> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-bench-proxy-'))
  return {directory, [Symbol.asyncDispose]: async () => rm(directory, {recursive: true, force: true})}
}
