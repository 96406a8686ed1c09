import type {Emit} from '../../preview/serve/events.ts'
import type {ServeMemory} from '../../preview/serve/memory.ts'
import {openDeliveries} from '../../preview/webhook/deliveries.ts'
import {listenForWebhooks, type WebhookServer} from '../../preview/webhook/server.ts'
import {hostName, isHost, isLoopbackHost} from '../../proxy/hosts.ts'

export interface WebhookSettings {
  /** 0: any */
  port: number
  secret: string
  /** names that requests may come under, beside those of this machine */
  hosts: readonly string[]
}

interface WebhookWiring {
  file: string
  origin: string | undefined
  memory: ServeMemory
  poke: () => void
  emit: Emit
}

/** Takes in what webhooks say: that git moved, and which pull requests are open. */
export const serveWebhooks = async (
  {port, secret, hosts}: WebhookSettings,
  {file, origin, memory, poke, emit}: WebhookWiring,
  signal: AbortSignal,
): Promise<WebhookServer> => {
  const names = new Set(hosts.map((host) => hostName(host)))
  return listenForWebhooks(
    {
      port,
      secret,
      origin,
      deliveries: await openDeliveries(file, signal),
      isOurHost: (host) => isHost(host) && (isLoopbackHost(host) || names.has(hostName(host))),
      async onNotice(notice) {
        if (notice.kind === 'pull') {
          const {number, ...pull} = notice.pull
          await memory.notePull(number, pull)
        }
        poke()
      },
      onReceipt: (receipt) => emit({type: 'webhook', ...receipt}),
      onBug: (error) => emit({type: 'warning', message: `a webhook could not be taken in: ${String(error)}`}),
    },
    signal,
  )
}
