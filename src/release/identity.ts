/** A release's name, `r12-3fa9c1e`: a number rising by one per environment, seven characters of its snapshot's digest. */
export type ReleaseName = `r${number}-${string}`

/** One app in one environment of one project: what a label, a route and an image tag are about. */
export interface AppId {
  /** slug of the project */
  project: string
  /** slug of the environment; `main` for `imm dev` */
  environment: string
  /** slug of the app */
  app: string
}

/** One environment of one project. */
export type EnvironmentId = Omit<AppId, 'app'>

/** What the app of a project without a Compose file is called: it is alone in its environment. */
export const soleApp = 'app'

/** `snapshot` is a digest, `sha256:<64 hex>`. */
export const releaseName = (number: number, snapshot: string): ReleaseName =>
  `r${number}-${snapshot.replace(/^sha256:/, '').slice(0, 7)}`

/** The number of a release's name; undefined where the text is no such name. */
export const releaseNumber = (name: string): number | undefined => {
  const match = /^r(\d{1,15})-[0-9a-f]{7}$/.exec(name)
  return match?.[1] === undefined ? undefined : Number(match[1])
}

/** `imm/<project>/<app>:<environment>-<release>`: what the image is called in the engine. */
export const imageReference = ({project, environment, app}: AppId, release: ReleaseName): string =>
  `imm/${project}/${app}:${environment}-${release}`

/** `imm/<project>/<app>:<environment>-anchor`: the full image that delta images of an environment stand on. */
export const anchorReference = ({project, environment, app}: AppId): string =>
  `imm/${project}/${app}:${environment}-anchor`

/** The release that a reference names; undefined for another app's or somebody else's. */
export const releaseOfReference = ({project, environment, app}: AppId, reference: string): ReleaseName | undefined => {
  const prefix = `imm/${project}/${app}:${environment}-`
  // Podman lists local names with a host of its own in front.
  const name = reference.replace(/^localhost\//, '')
  const rest = name.startsWith(prefix) ? name.slice(prefix.length) : ''
  return releaseNumber(rest) === undefined ? undefined : (rest as ReleaseName)
}

/** A release as people may give it: by its name, or by its number alone, `r12`. */
export type ReleaseRef = ReleaseName | `r${number}`

/** The number that a text refers to by; undefined where it is no reference. */
export const referredNumber = (text: string): number | undefined => {
  const match = /^r(\d{1,15})(?:-[0-9a-f]{7})?$/.exec(text)
  return match?.[1] === undefined ? undefined : Number(match[1])
}

/** The one of some releases that is meant. */
export const referredRelease = (ref: ReleaseRef, releases: readonly ReleaseName[]): ReleaseName | undefined =>
  releases.find((release) => release === ref || `r${releaseNumber(release)}` === ref)
