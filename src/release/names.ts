import {soleApp, type AppId, type EnvironmentId, type ReleaseName} from './identity.ts'

/** RFC 1035 section 2.3.4 */
const longestLabel = 63

// Letters that Unicode does not take apart into a base letter and a mark.
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ł: 'l',
  þ: 'th',
  ð: 'd',
  ı: 'i',
}

/** Any text as a DNS label, `[a-z0-9]([a-z0-9-]*[a-z0-9])?` of at most 63 characters and without `--`; `app` where nothing is left. */
export const slug = (text: string): string => cut(folded(text), longestLabel) || 'app'

/** A slug with `-<suffix>` at its end, for texts that have to be told apart; the suffix is never cut. */
export const slugWithSuffix = (text: string, suffix: string): string =>
  `${cut(folded(text), longestLabel - suffix.length - 1) || 'app'}-${suffix}`

const folded = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[ßæœøđłþðı]/g, (letter) => letters[letter] ?? letter)
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')

const cut = (text: string, length: number): string => text.slice(0, length).replace(/-$/, '')

/**
 * Host names of an environment: of what people see of it. `main` is the project's own name; other environments are below it, so that cookies
 * can be shared inside a project and never between two.
 */
export const environmentHosts = ({project, environment}: EnvironmentId): readonly string[] =>
  environment === 'main' ? [`${project}.localhost`] : [`${environment}.${project}.localhost`]

/** Host names of an app, the one to show first. One of several has a name below its environment's; the one in front has that one, too. */
export const hostsOf = (id: AppId, inFront = id.app === soleApp): readonly string[] => [
  ...(inFront ? environmentHosts(id) : []),
  ...(id.app === soleApp ? [] : [`${id.app}.${id.environment}.${id.project}.localhost`]),
]

/**
 * The hosts of what is reached beside those. Other environments than `main` have a copy of each below their own name, so that what shares
 * an origin in `main` shares one there.
 */
export const routesOf = <T extends {host: string | undefined}>(
  id: AppId,
  routes: readonly T[],
): (Omit<T, 'host'> & {host: string})[] =>
  routes.flatMap((route) =>
    (route.host === undefined ? environmentHosts(id) : [below(id, route.host)]).map((host) => ({...route, host})),
  )

const below = ({environment}: AppId, host: string): string => (environment === 'main' ? host : `${environment}.${host}`)

/** Ours: engines take more, but a name is read by people and has to fit into their tables. */
const longestContainerName = 128

/** The engine makes a directory of it (NAME_MAX, 255). */
const longestVolumeName = 255

/** `imm_shop_main_web_r12-3fa9c1e_g14`, and with `_2` at its end for the second replica */
export const containerName = (id: AppId, release: ReleaseName, generation: number, replica = 1): string => {
  const end = `_${release}_g${generation}${replica === 1 ? '' : `_${replica}`}`
  return shortened(scope(id), longestContainerName - end.length) + end
}

/** `imm_shop_main_web_sandbox_<suffix>` */
export const sandboxName = (id: AppId, suffix: string): string => {
  const end = `_sandbox_${suffix}`
  return shortened(scope(id), longestContainerName - end.length) + end
}

/** `imm_shop_main_web_data`: the volume of one environment. */
export const volumeName = (id: AppId, name: string): string => shortened(`${scope(id)}_${name}`, longestVolumeName)

/** `imm_shop_main.db`: network, volume or backing service that an environment's apps share. Slugs have no dot, so it is no app's own. */
export const sharedName = ({project, environment}: EnvironmentId, key: string): string =>
  shortened(`imm_${project}_${environment}.${key}`, longestContainerName)

/** `imm_shop_main.db-data_snapshot_before`: the volume that keeps a snapshot of another. */
export const snapshotVolumeName = (volume: string, snapshot: string): string =>
  shortened(`${volume}_snapshot_${snapshot}`, longestVolumeName)

// Slugs have no underscore, so the parts can't run into one another: with dashes, project `a-b` with environment `c` and project `a` with
// environment `b-c` would share their volumes.
const scope = ({project, environment, app}: AppId): string => `imm_${project}_${environment}_${app}`

const shortened = (name: string, length: number): string => {
  if (name.length <= length) return name
  const digest = fnv1a(name)
  return `${name.slice(0, length - digest.length - 1)}_${digest}`
}

/** FNV-1a, 64 bits, as 16 hex digits: tells cut names apart, keeps no secret. */
const fnv1a = (text: string): string => {
  let hash = 0xcbf29ce484222325n
  for (const character of text)
    hash = BigInt.asUintN(64, (hash ^ BigInt(character.codePointAt(0) ?? 0)) * 0x100000001b3n)
  return hash.toString(16).padStart(16, '0')
}
