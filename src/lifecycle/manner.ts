import type {Settings} from '../config/settings.ts'
import type {RouteManner} from './ports.ts'

/** What of the settings the proxy goes by. */
export type SetManner = Required<Pick<RouteManner, 'reload' | 'closes'>>

export const mannerOf = ({reload, closes}: Settings): SetManner => ({reload, closes})

export const isSameManner = (one: SetManner, other: SetManner): boolean =>
  one.reload === other.reload && String(one.closes) === String(other.closes)
