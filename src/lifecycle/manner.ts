import type {Settings} from '../config/settings.ts'
import type {RouteManner} from './ports.ts'

/** What of the settings the proxy goes by. */
export const mannerOf = ({reload, closes}: Settings): Required<RouteManner> => ({reload, closes})

export const isSameManner = (one: Required<RouteManner>, other: Required<RouteManner>): boolean =>
  one.reload === other.reload && String(one.closes) === String(other.closes)
