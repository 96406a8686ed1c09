import type {ExecutionContext} from 'ava'

import type {ClientRules} from '../../../../src/proxy/limits.ts'
import {shop, shopHost, startTestProxy} from '../../kit/proxy.ts'
import type {TestProxy} from '../../kit/proxy.ts'
import {targetAt} from '../../kit/upstream.ts'

/** What the suite tests: a proxy that gives an application its traffic. The suite knows its address, and nothing else about it. */
export interface Subject extends Pick<TestProxy, 'port' | 'proxy'> {
  /** the name under which the application is reached */
  host: string
  /** where it is reached without that name */
  origin: string
}

export const startSubject = async (
  t: ExecutionContext,
  applicationPort: number,
  clients: Partial<ClientRules> = {},
): Promise<Subject> => {
  const {proxy, port, flip} = await startTestProxy(t, clients)
  // What resolves `*.localhost` differs; clients that can't be told which Host to send come by the address.
  await proxy.open({...shop, hosts: [shopHost, '127.0.0.1'], port: undefined})
  await flip(targetAt(applicationPort, 1))
  return {proxy, port, host: shopHost, origin: `127.0.0.1:${port}`}
}
