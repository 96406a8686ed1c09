import type {DeviceRequest} from '../../../release/container.ts'
import type {Given} from './given.ts'
import {listed} from './terms.ts'

/** Who is privileged has them all, and engines list them. */
export const devicesOf = ({devices, privileged}: Given): string | undefined =>
  privileged ? undefined : listed(devices?.map(({source, target, permissions}) => `${source}:${target}:${permissions}`))

/** `gpus: all` and a reservation of a device are the same. */
export const gpusOf = ({deviceRequests}: Given): string | undefined => listed(deviceRequests?.map(requestOf))

const requestOf = ({driver = '', count, deviceIds = [], capabilities = [], options = {}}: DeviceRequest): string => {
  const which = deviceIds.length > 0 ? deviceIds.toSorted().join('+') : count === undefined || count < 0 ? 'all' : count
  return [
    which,
    ...new Set(capabilities.toSorted()),
    ...(driver === '' ? [] : [`driver=${driver}`]),
    ...Object.entries(options).map(([name, value]) => `${name}=${value}`),
  ].join(' ')
}
