import {ImmError} from '../../../src/errors.ts'
import type {Address, Network} from '../../../src/lifecycle/ports.ts'
import type {Attachment, NetworkSpec} from '../../../src/release/container.ts'

/** A container as its networks see it. */
interface Attached {
  name: string
  attachment?: Attachment | undefined
  address: Address | undefined
}

/** Networks by name; who is in one is found by its aliases. */
export class Networks {
  readonly #networks = new Map<string, Network>()
  #made = 0

  make({name, labels, internal = false, ipam}: NetworkSpec): Network {
    const known = this.#networks.get(name)
    if (known) {
      if (['imm.project', 'imm.environment', 'imm.owner'].every((key) => known.labels[key] === labels[key]))
        return known
      throw new ImmError('ENGINE_REFUSED', `the network ${name} is there already, and it is not of this environment`)
    }
    const third = 20 + this.#made++
    const subnets = (ipam?.config ?? [{subnet: `172.${third}.0.0/16`}]).flatMap(({subnet}) => subnet ?? [])
    const network = {name, labels, internal, subnets, gateway: undefined}
    this.#networks.set(name, network)
    return network
  }

  all(): Network[] {
    return [...this.#networks.values()]
  }

  remove(name: string, attached: readonly Attached[]): void {
    if (attached.some(({attachment}) => attachment?.networks.some((each) => each.name === name)))
      throw new ImmError('ENGINE_REFUSED', `removing network ${name}: it has active endpoints`)
    this.#networks.delete(name)
  }

  /** ENGINE_REFUSED where one is missing. */
  admit(container: string, attachment: Attachment | undefined): void {
    for (const {name} of attachment?.networks ?? [])
      if (!this.#networks.has(name))
        throw new ImmError('ENGINE_REFUSED', `creating container ${container}: network ${name} not found`)
  }
}

/** Where a name leads to from a container: who has it as alias, or as its own name, in one of its networks. */
export const resolve = (
  host: string,
  {networks = []}: Partial<Attachment>,
  others: readonly Attached[],
): Address | undefined => {
  const mine = new Set(networks.map(({name}) => name))
  return others.find(({name, attachment}) =>
    attachment?.networks.some((each) => mine.has(each.name) && (name === host || each.aliases.includes(host))),
  )?.address
}
