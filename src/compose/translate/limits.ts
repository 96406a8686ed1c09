import type {ContainerOptions, DeviceRequest} from '../../release/container.ts'
import type {Service} from '../keys/service.ts'
import {compact} from './context.ts'

/** Limits beside memory and CPUs. */
export const limitsOf = (service: Service): ContainerOptions => {
  const {limits, reservations} = service.deploy?.resources ?? {}
  const requests = [
    ...(service.gpus ?? []).map((gpu) => ({
      ...gpu,
      capabilities: ['gpu', ...(('capabilities' in gpu && gpu.capabilities) || [])],
    })),
    ...(reservations?.devices ?? []),
  ].map((request) => deviceRequest(request))
  return compact({
    blkio: blkioOf(service.blkio_config),
    cpuPeriod: service.cpu_period,
    cpuQuota: service.cpu_quota,
    cpuRealtimePeriod: service.cpu_rt_period,
    cpuRealtimeRuntime: service.cpu_rt_runtime,
    cpuShares: service.cpu_shares,
    cpuset: service.cpuset,
    deviceRequests: requests.length > 0 ? requests : undefined,
    memoryReservationBytes: service.mem_reservation ?? reservations?.memory,
    memorySwapBytes: service.memswap_limit,
    memorySwappiness: service.mem_swappiness,
    pidsLimit: service.pids_limit ?? limits?.pids,
    shmBytes: service.shm_size,
    ulimits: service.ulimits && Object.entries(service.ulimits).map(([name, limit]) => ({name, ...limit})),
  })
}

/** Of memory and CPUs. */
export const resourcesOf = ({mem_limit: memory, cpus, deploy}: Service) => ({
  memoryBytes: memory ?? deploy?.resources?.limits?.memory,
  cpus: cpus ?? deploy?.resources?.limits?.cpus,
})

interface Request {
  driver?: string | undefined
  count?: number | undefined
  device_ids?: string[] | undefined
  capabilities?: string[] | undefined
  options?: Record<string, string> | undefined
}

const deviceRequest = ({device_ids: deviceIds, ...others}: Request): DeviceRequest => compact({...others, deviceIds})

const blkioOf = (config: Service['blkio_config']): ContainerOptions['blkio'] =>
  config &&
  compact({
    weight: config.weight,
    weightDevice: config.weight_device,
    deviceReadBps: config.device_read_bps,
    deviceReadIops: config.device_read_iops,
    deviceWriteBps: config.device_write_bps,
    deviceWriteIops: config.device_write_iops,
  })
