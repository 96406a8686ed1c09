import type {AppId, ReleaseName} from './identity.ts'

/** What every container of imm carries. Labels are the truth: state files can be rebuilt from them. */
export interface ContainerIdentity extends AppId {
  release: ReleaseName
  /** rises with every attempt in an environment */
  generation: number
  /** from 2 on: the first of a release, most often the only one, has none */
  replica?: number | undefined
  /** digest of the source, `sha256:<hex>` */
  snapshot: string
  /** digest of the settings, `sha256:<hex>` */
  settings: string
  role: 'app' | 'sandbox' | 'service'
  /** what of git a preview is of; undefined where it is none */
  ref?: string | undefined
}

/** What every image of imm carries: nothing that changes between two builds of the same snapshot, so that those are one image. */
export interface ImageIdentity extends AppId {
  snapshot: string
  /** digest of the settings that reach the image: Dockerfile, target, build args */
  settings: string
  revision?: string | undefined
  /** id of the full image that this one adds a layer to; undefined for a full image itself */
  anchor?: string | undefined
}

export const environmentLabels = ({project, environment, app}: AppId): Record<string, string> => ({
  'imm.project': project,
  'imm.environment': environment,
  'imm.app': app,
})

export const containerLabels = (identity: ContainerIdentity): Record<string, string> => ({
  ...environmentLabels(identity),
  'imm.release': identity.release,
  'imm.generation': String(identity.generation),
  'imm.snapshot': identity.snapshot,
  'imm.settings': identity.settings,
  'imm.role': identity.role,
  ...(identity.replica === undefined ? {} : {'imm.replica': String(identity.replica)}),
  ...refLabel(identity.ref),
})

/** Of every container of a preview: it is found again by it where its record is lost. */
export const refLabel = (ref: string | undefined): Record<string, string> => (ref === undefined ? {} : {'imm.ref': ref})

export const imageLabels = (identity: ImageIdentity): Record<string, string> => ({
  ...environmentLabels(identity),
  'imm.snapshot': identity.snapshot,
  'imm.settings': identity.settings,
  'imm.role': 'app',
  ...(identity.revision === undefined ? {} : {'org.opencontainers.image.revision': identity.revision}),
  ...(identity.anchor === undefined ? {} : {'imm.anchor': identity.anchor}),
})

const roles = new Set<string>(['app', 'sandbox', 'service'])

/** The identity that labels state; undefined where one is missing or makes no sense, as on containers of others. */
export const containerIdentity = (labels: Readonly<Record<string, string>>): ContainerIdentity | undefined => {
  const {
    'imm.project': project,
    'imm.environment': environment,
    'imm.app': app,
    'imm.release': release,
    'imm.snapshot': snapshot,
    'imm.settings': settings,
    'imm.role': role,
  } = labels
  const generation = Number(labels['imm.generation'])
  const replica = Number(labels['imm.replica'] ?? 1)
  if (!project || !environment || !app || !release || !snapshot || !settings || !role || !roles.has(role))
    return undefined
  if (!Number.isSafeInteger(generation) || !Number.isSafeInteger(replica)) return undefined
  return {
    project,
    environment,
    app,
    release: release as ReleaseName,
    generation,
    snapshot,
    settings,
    role: role as ContainerIdentity['role'],
    ...(replica === 1 ? {} : {replica}),
  }
}
