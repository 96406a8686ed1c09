import type {Network} from '../lifecycle/ports.ts'
import type {Attachment} from '../release/container.ts'
import {slug} from '../release/names.ts'
import {namesFor, type DoorPlace, type Named} from './door-plan.ts'

/** How the apps of an environment are found by their names. Plain data: who replaces a container later finds it in the state directory. */
export interface Names {
  apps: readonly Named[]
  /** undefined: containers aren't reached by their addresses here, and carry the names of their apps themselves */
  places: readonly DoorPlace[] | undefined
}

/** An attachment of a container of one app, by its name or its slug, with the names that it finds others by. */
export const withNames = (attachment: Attachment, app: string, {apps, places}: Names): Attachment => {
  if (attachment.networks.length === 0) return attachment
  if (places === undefined) {
    const aliases = apps.find(({name}) => name === app || slug(name) === app)?.aliases ?? []
    return {
      ...attachment,
      networks: attachment.networks.map((on) => ({...on, aliases: [...new Set([...on.aliases, ...aliases])]})),
    }
  }
  const on = attachment.networks.map(({name}) => name)
  const said = new Set(attachment.extraHosts.map(({name}) => name))
  // What the Compose file says of a name comes first.
  const names = namesFor(on, apps, places).filter(({name}) => !said.has(name))
  return {...attachment, extraHosts: [...attachment.extraHosts, ...names]}
}

/** Who may use the doors: all that is on the environment's networks. */
export const subnetsOf = (networks: Iterable<Network>): string[] => [
  ...new Set([...networks].flatMap(({subnets}) => subnets)),
]
