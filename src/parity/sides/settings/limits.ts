import {canonical} from './canonical.ts'
import type {Given} from './given.ts'
import type {Terms} from './terms.ts'

export const limitsOf = (given: Given): Terms => ({
  cpuset: given.cpuset,
  cpu_shares: given.cpuShares,
  cpu_rt_period: given.cpuRealtimePeriod,
  cpu_rt_runtime: given.cpuRealtimeRuntime,
  blkio_config: given.blkio && canonical(given.blkio),
  mem_reservation: given.memoryReservationBytes,
  memswap_limit: swapOf(given),
  mem_swappiness: swappinessOf(given),
  oom_kill_disable: given.oomKillDisable,
  oom_score_adj: given.oomScoreAdj,
  shm_size: given.shmBytes === dockersShm ? undefined : given.shmBytes,
  ...Object.fromEntries((given.ulimits ?? []).map(({name, soft, hard}) => [`ulimits.${name}`, `${soft}:${hard}`])),
})

const dockersShm = 64 * 1024 * 1024

/** Where it is not said, there is as much swap as memory. */
const swapOf = ({memorySwapBytes: swap, memoryBytes = 0}: Given): string | undefined => {
  if (swap === undefined || swap === 0 || swap === 2 * memoryBytes) return undefined
  return swap < 0 ? 'unlimited' : String(swap)
}

/** 0 is one that was said: it never swaps. */
const swappinessOf = ({memorySwappiness: said}: Given): string | undefined =>
  said === undefined || said < 0 ? undefined : String(said)
