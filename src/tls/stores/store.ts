import type {Command} from './run-program.ts'

/** What came of a store. */
export interface StoreReport {
  store: 'system' | 'browser'
  /** file, directory or keychain */
  place: string
  /**
   * `present` and `absent`: nothing was to be done; `needs-root`: `commands` do it; `no-tool`: the program for it is not installed;
   * `none`: there is no such store here
   */
  status: 'installed' | 'present' | 'removed' | 'absent' | 'needs-root' | 'no-tool' | 'none' | 'failed'
  /** why, or what to do about it */
  message?: string
  commands?: readonly Command[]
}

/** What an authority is to a store. */
export interface Anchor {
  name: string
  pem: string
  /** where `pem` can be read */
  file: string
}

/** Where programs look for the authorities they trust. Both are done already the second time. */
export interface Store {
  install(anchor: Anchor, signal: AbortSignal): Promise<StoreReport>
  remove(anchor: Pick<Anchor, 'name'>, signal: AbortSignal): Promise<StoreReport>
}
