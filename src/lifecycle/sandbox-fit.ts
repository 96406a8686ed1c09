import type {ContainerSettings} from '../config/settings.ts'
import type {Attachment, ContainerOptions} from '../release/container.ts'

/**
 * Whether an application may join a network that was made before it. Not where the network says who it is: a sandbox that waits would have
 * its names and addresses before anything listens there, or while the release before still has them.
 */
export const mayJoin = ({attachment, options}: ContainerSettings): boolean =>
  !(attachment && isNamed(attachment)) && !belongsToNetwork(options)

const isNamed = ({mode, networks}: Attachment): boolean =>
  mode !== undefined ||
  networks.some(
    ({aliases, ipv4, ipv6, macAddress, linkLocalIps = []}) =>
      aliases.length > 0 || linkLocalIps.length > 0 || [ipv4, ipv6, macAddress].some((each) => each !== undefined),
  )

/** What is set where a network is made, and what makes the container's another kernel's or another user's. */
const belongsToNetwork = ({sysctls = {}, runtime, usernsMode, isolation}: ContainerOptions): boolean =>
  Object.keys(sysctls).some((name) => name.startsWith('net.')) ||
  [runtime, usernsMode, isolation].some((each) => each !== undefined)
