import {lookup as systemLookup} from 'node:dns'
import type {LookupFunction} from 'node:net'

const own = [
  {address: '127.0.0.1', family: 4},
  {address: '::1', family: 6},
]

/** RFC 6761 section 6.3: `localhost`, and every name below it, is this machine, which not every resolver knows. */
const isOwn = (hostname: string): boolean => /(?:^|\.)localhost\.?$/i.test(hostname)

/** Finds addresses as the system does, but for the names that are this machine's own. */
export const lookup: LookupFunction = (hostname, options, done) => {
  if (!isOwn(hostname)) return systemLookup(hostname, options, done)
  const wanted = own.filter(({family}) => !options.family || String(options.family).endsWith(String(family)))
  // As of the system: never before the caller goes on.
  process.nextTick(() => {
    if (options.all === true) done(null, wanted)
    else done(null, wanted[0]?.address ?? '127.0.0.1', wanted[0]?.family ?? 4)
  })
}
