/** A proxy in a process of its own, for what is limited per process: arguments are a home and the application's port. Says its port. */
import {createProxy} from '../../../../src/proxy/proxy.ts'
import {shop, shopHost} from '../../kit/proxy.ts'
import {targetAt} from '../../kit/upstream.ts'

const [home = '', applicationPort = ''] = process.argv.slice(2)
const proxy = await createProxy({home, port: 0, log: (line) => process.stderr.write(`${line}\n`)})
await proxy.open({...shop, hosts: [shopHost], port: undefined})
await proxy.flip(shop, {target: targetAt(Number(applicationPort), 1), attempt: 'first'})
process.stdout.write(`${proxy.port}\n`)
