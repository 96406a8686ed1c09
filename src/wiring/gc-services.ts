import type {Instance} from '../lifecycle/ports.ts'
import {isMark} from '../lifecycle/services/remove.ts'
import type {EnvironmentId} from '../release/identity.ts'
import {serviceIdentity} from '../release/services.ts'

/** Backing services that nobody needs: of environments where no `imm dev` runs and nothing has traffic. */
export const leftServices = (
  instances: readonly Instance[],
  inUse: readonly EnvironmentId[],
  isGone: (project: string) => boolean,
): Instance[] =>
  instances.filter((instance) => {
    const identity = serviceIdentity(instance.labels)
    if (!identity) return false
    const {project, environment} = identity
    if (inUse.some((one) => one.project === project && one.environment === environment)) return false
    // The next imm dev would run once more what has to run once.
    return isGone(project) || !isMark({instance, identity})
  })

/** Whether a container is of an app's releases. */
export const isOfRelease = ({labels}: Pick<Instance, 'labels'>): boolean =>
  labels['imm.role'] !== 'service' && labels['imm.role'] !== 'once'
