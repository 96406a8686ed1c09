import type {CopiedVolume, VolumeCopy} from '../../../lifecycle/ports.ts'
import type {Client} from '../client.ts'
import {copyDirectly} from './direct.ts'
import {copyStreamed} from './streamed.ts'

/** The quickest way that keeps everything: the file system's own, where the engine's directories are this machine's and ours to read. */
export const copyVolume = async (client: Client, copy: VolumeCopy, signal: AbortSignal): Promise<CopiedVolume> =>
  (await copyDirectly(client, copy, signal)) ?? copyStreamed(client, copy, signal)
