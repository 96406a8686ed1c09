import {runDaemon} from '../proxy/run-daemon.ts'
import {createKeeper} from './keeper.ts'

/** The entry of the proxy's process: the proxy, and the keeper of what it routes. */
await runDaemon(process.argv.slice(2), createKeeper)
