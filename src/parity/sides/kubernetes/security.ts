import {z} from 'zod'

import {listed, told, within} from '../settings/terms.ts'
import type {Container, PodSpec} from './pod.ts'
import {settingsBut, type Terms, words} from './words.ts'

const context = z.looseObject({securityContext: z.record(z.string(), z.unknown()).nullish()})
const sysctl = z.object({name: z.string(), value: z.union([z.string(), z.number()]).transform(String)})

const understood = z.object({
  supplementalGroups: z.array(z.number()).nullish(),
  sysctls: z.array(sysctl).nullish(),
  seccompProfile: z.object({type: z.string(), localhostProfile: z.string().nullish()}).nullish(),
  runAsUser: z.number().nullish(),
  runAsGroup: z.number().nullish(),
})

const elsewhere = words(`
    runAsUser privileged allowPrivilegeEscalation readOnlyRootFilesystem capabilities runAsGroup
    supplementalGroups sysctls seccompProfile`)

const defaults = {
  fsGroupChangePolicy: 'Always',
  supplementalGroupsPolicy: 'Merge',
  procMount: 'Default',
  appArmorProfile: {type: 'RuntimeDefault'},
}

/** What a container may do, and as whom: its own counts before that of its pod. */
export const securityOf = (pod: PodSpec, container: Container): Terms => {
  const all = {...saidOf(pod), ...saidOf(container)}
  const read = understood.safeParse(all)
  // What Kubernetes would not take is compared as it is written.
  if (!read.success) return settingsBut(all, new Set(), defaults)
  const {supplementalGroups, sysctls, seccompProfile, runAsUser, runAsGroup} = read.data
  return {
    ...settingsBut(all, elsewhere, defaults),
    ...told({
      group_add: listed(supplementalGroups?.map(String)),
      ...within('sysctls', Object.fromEntries((sysctls ?? []).map(({name, value}) => [name, value]))),
    }),
    ...seccompOf(seccompProfile ?? undefined),
    // With a user it is told as a part of that.
    ...((runAsUser ?? undefined) === undefined && typeof runAsGroup === 'number'
      ? {'k8s.runAsGroup': String(runAsGroup)}
      : {}),
  }
}

const saidOf = (from: unknown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(context.parse(from).securityContext ?? {}).filter(([, value]) => (value ?? undefined) !== undefined),
  )

const seccompOf = (profile: z.infer<typeof understood>['seccompProfile']): Terms => {
  if (!profile) return {}
  const {type, localhostProfile} = profile
  // Engines have a filter by default and Kubernetes has none, so that against a manifest alone it says something.
  if (type === 'RuntimeDefault') return {'k8s.seccompProfile': type}
  if (!localhostProfile) return {'security_opt.seccomp': type.toLowerCase()}
  // Where its file is differs from platform to platform.
  return {'security_opt.seccomp': 'a profile of its own', 'k8s.seccompProfile': localhostProfile}
}
