import type {Network} from '../lifecycle/ports.ts'

/** An app, and the networks that it is on, as far as names are concerned. */
export interface Named {
  name: string
  /** names that others reach it by */
  aliases: readonly string[]
  /** by the engine's names */
  networks: readonly string[]
  /** TCP ports that others reach; empty: it is not known yet which */
  ports: readonly number[]
}

/** Where an app's names lead to: the proxy, at this host's address in a network. */
export interface DoorPlace {
  app: string
  /** by the engine's name */
  network: string
  /** of this host, in that network */
  host: string
}

/**
 * Gives each app a place in every network that it is on: this host's address there, where no other app has one of its ports. `own` are the
 * networks of apps that found none, by app: everything that is on no internal network reaches those.
 */
export const placeDoors = (
  apps: readonly Named[],
  networks: ReadonlyMap<string, Network>,
  own: ReadonlyMap<string, Network>,
): {places: DoorPlace[]; without: string[]} => {
  const taken = new Set<string>()
  const places: DoorPlace[] = []
  const without: string[] = []
  for (const {name, networks: on, ports} of apps) {
    const own1 = own.get(name)
    const inside = on.every((key) => networks.get(key)?.internal === true)
    let placed = false
    for (const network of [...on.flatMap((key) => networks.get(key) ?? []), ...(own1 ? [own1] : [])]) {
      const {gateway: host} = network
      if (host === undefined || ports.some((port) => taken.has(`${host}:${port}`))) continue
      for (const port of ports) taken.add(`${host}:${port}`)
      places.push({app: name, network: network.name, host})
      placed ||= inside || !network.internal
    }
    if (!placed && own1 === undefined && on.length > 0) without.push(name)
  }
  return {places, without}
}

/** Lines of /etc/hosts for a container on these networks: each app that shares one with it, by an address that it reaches. */
export const namesFor = (
  on: readonly string[],
  apps: readonly Named[],
  places: readonly DoorPlace[],
): {name: string; address: string}[] =>
  apps.flatMap(({name, aliases, networks}) => {
    if (!networks.some((network) => on.includes(network))) return []
    const own = places.filter(({app}) => app === name)
    const place = on.flatMap((network) => own.find((one) => one.network === network) ?? [])[0]
    const address = (place ?? own.find(({network}) => !networks.includes(network)))?.host
    return address === undefined ? [] : aliases.map((alias) => ({name: alias, address}))
  })
