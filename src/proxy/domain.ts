import {createHash} from 'node:crypto'

import type {HostPath} from '../lifecycle/ports.ts'

const local = '.localhost'
const longestLabel = 63

/**
 * The same below the domain, in front: `login--shop.previews.example.org` for `login.shop.localhost`. One label, because a certificate for
 * `*.previews.example.org` covers no more; names have no `--` of their own. Other hosts than imm's stay alone.
 */
export const withDomain = (places: readonly HostPath[], domain: string | undefined): readonly HostPath[] =>
  domain === undefined
    ? places
    : [
        ...places
          .filter(({host}) => host.endsWith(local))
          .map((place) => ({...place, host: `${labelOf(place.host.slice(0, -local.length))}.${domain}`})),
        ...places,
      ]

/** Whether it is the domain, or below it. */
export const isBelow = (host: string, domain: string | undefined): boolean =>
  domain !== undefined && (host === domain || host.endsWith(`.${domain}`))

const labelOf = (name: string): string => {
  const label = name.replaceAll('.', '--')
  if (label.length <= longestLabel) return label
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 10)
  return `${label.slice(0, longestLabel - digest.length - 2)}--${digest}`
}
