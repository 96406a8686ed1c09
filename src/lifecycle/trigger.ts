import type {Change} from './ports.ts'

/** What makes imm look at the project. */
export interface Trigger {
  change?: Change
  /** release even what was released before, built without the cache: what a build fetches from outside may have changed */
  again?: boolean
}
