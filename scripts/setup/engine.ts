import type {SetupContext} from './context.ts'
import type {Endpoint} from './endpoint.ts'
import {planEngine} from './engine-plan.ts'
import {executable, readMachine} from './machine.ts'
import {installPackages} from './package-install.ts'
import {SetupError} from './setup-error.ts'
import {startDaemon, startService, systemDaemon} from './start-engine.ts'

/** An engine that answers: the one that is there, else the installed one started, else one installed, where that is ours to do. */
export const ensureEngine = async (context: SetupContext): Promise<Endpoint> => {
  let installed = false
  for (;;) {
    const {facts, engine} = await readMachine(context.signal)
    if (engine) return engine
    const plan = planEngine(facts)
    if (plan.kind === 'explain') throw new SetupError(plan.lines)
    // Where the installation has started the daemon itself, a second one gives way to it.
    if (plan.kind === 'start' && plan.by === 'systemctl') return startService(context)
    if (plan.kind === 'start' && facts.dockerd) return startDaemon(systemDaemon(facts.dockerd), context)
    if (installed)
      throw new SetupError([
        'docker.io was installed, and there is no dockerd. Install Docker by hand, then run this again.',
      ])
    await installPackages(['docker.io', 'iptables', ...(executable('busybox') ? [] : ['busybox-static'])], context)
    installed = true
  }
}
