import type {Pin, Records, ReleaseRecord} from '../../src/lifecycle/ports.ts'
import type {ReleaseName} from '../../src/release/identity.ts'
import {isForgotten} from '../../src/release/retention.ts'

/** The state directory's part of an app, as it outlives every imm. */
export interface MemoryRecords extends Records {
  /** releases that something is known of */
  readonly releases: ReleaseName[]
  pinned: Pin | undefined
  /** as when the state directory was removed */
  lose(): void
}

export const memoryRecords = (): MemoryRecords => {
  const known = new Map<ReleaseName, ReleaseRecord>()
  const records: MemoryRecords = {
    get releases() {
      return [...known.keys()]
    },
    pinned: undefined,
    lose() {
      known.clear()
      records.pinned = undefined
    },
    note: async (release, record) => void known.set(release, record),
    read: async (release) => known.get(release),
    async retain(releases) {
      for (const release of known.keys()) if (isForgotten(release, releases)) known.delete(release)
    },
    pin: async () => records.pinned,
    async setPin(pin) {
      records.pinned = pin
    },
  }
  return records
}
