import {setCookieName} from '../affinity.ts'
import {hostName} from '../hosts.ts'
import type {Group} from './group.ts'

const pattern = /(?:^|;)[ \t]*imm-set=(\d{1,16})(?=[ \t]*(?:;|$))/g

/** Of a Cookie header. More than one where environments above and below have one each, which browsers send together. */
export const numbersOf = (cookie: string | undefined): number[] =>
  cookie?.includes(setCookieName) ? [...cookie.matchAll(pattern)].map(([, number]) => Number(number)) : []

/** The value of Set-Cookie; undefined where the client has it. */
export const cookieOfSet = (
  group: Group,
  number: number,
  {cookie, host = ''}: {cookie?: string | undefined; host?: string | undefined},
): string | undefined => {
  if (numbersOf(cookie).includes(number)) return undefined
  const domain = domainOf(group, hostName(host))
  return `${setCookieName}=${number}; Path=/; SameSite=Lax; HttpOnly${domain === undefined ? '' : `; Domain=${domain}`}`
}

/**
 * What the hosts of the group have in common, where the page's is one of them: `main.shop.localhost` of `web.main.shop.localhost` and
 * `api.main.shop.localhost`. Names below `localhost` alone: of others nobody knows whose the part in common is.
 */
const domainOf = ({members}: Group, host: string): string | undefined => {
  const hosts = new Set([...members].flatMap(({places}) => places.map((place) => place.host)))
  const names = [...hosts].filter((name) => name.endsWith('.localhost')).map((name) => name.split('.').toReversed())
  const [first = [], ...others] = names
  if (others.length === 0 || !hosts.has(host) || !host.endsWith('.localhost')) return undefined
  const same = first.findIndex((label, index) => others.some((name) => name[index] !== label))
  const common = first.slice(0, same < 0 ? first.length : same)
  return common.length < 2 ? undefined : common.toReversed().join('.')
}
