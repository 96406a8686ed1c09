import {networkInterfaces} from 'node:os'

/** All that this host has now: networks of containers come and go. */
export const addressesHere = (): ReadonlySet<string> =>
  new Set(Object.values(networkInterfaces()).flatMap((each) => each?.map(({address}) => address) ?? []))
