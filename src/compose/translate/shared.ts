import type {ServiceSpec, Shared} from '../../lifecycle/services/spec.ts'
import type {NetworkSpec, VolumeSpec} from '../../release/container.ts'
import {sharedName} from '../../release/names.ts'
import {applyToShared} from './apply-table.ts'
import {networkName} from './attachment.ts'
import {compact, type Part, type Translation} from './context.ts'

/** The networks that somebody is on. */
export const networksOf = (parts: readonly Part[], translation: Translation): Shared<NetworkSpec>[] => {
  const used = new Set(parts.flatMap(({service}) => (service.network_mode ? [] : Object.keys(service.networks ?? {}))))
  return [...used].map((key) => {
    applyToShared('networks', key, translation)
    const network = translation.model.networks[key] ?? {}
    const {ipam} = network
    return {
      key,
      external: network.external === true,
      spec: {
        name: networkName(key, translation),
        labels: network.external ? {} : {...network.labels, ...labelsOf(translation)},
        ...compact({
          driver: network.driver,
          driverOptions: network.driver_opts,
          internal: network.internal,
          attachable: network.attachable,
          enableIpv4: network.enable_ipv4,
          enableIpv6: network.enable_ipv6,
          ipam: ipam && {
            driver: ipam.driver,
            options: ipam.options,
            config: ipam.config?.map(({subnet, gateway, ip_range: ipRange, aux_addresses: auxAddresses}) =>
              compact({subnet, gateway, ipRange, auxAddresses}),
            ),
          },
        }),
      },
    }
  })
}

/** The volumes that somebody mounts, those without a name of backing services included. */
export const volumesOf = (
  mounted: readonly ServiceSpec['volumes'][number][],
  translation: Translation,
): Shared<VolumeSpec>[] => {
  const {model, id} = translation
  const keyOf = ({name, scope}: ServiceSpec['volumes'][number]) =>
    scope === 'external'
      ? (Object.keys(model.volumes).find(
          (key) => model.volumes[key]?.external && (model.volumes[key].name ?? key) === name,
        ) ?? name)
      : name
  return [...new Set(mounted.map((volume) => keyOf(volume)))].map((key) => {
    applyToShared('volumes', key, translation)
    const {external = false, name = key, labels, driver, driver_opts: driverOptions} = model.volumes[key] ?? {}
    return {
      key,
      external,
      spec: {
        name: external ? name : sharedName(id, key),
        labels: external ? {} : {...labels, ...labelsOf(translation)},
        ...compact({driver, driverOptions}),
      },
    }
  })
}

/** By which imm finds what is its own. */
const labelsOf = ({id}: Translation): Record<string, string> => ({
  'imm.project': id.project,
  'imm.environment': id.environment,
})
