import type {ConfigSide, EnvVar, ImageSide, SideFacts} from '../../facts.ts'

/** A value, and who says it: the image, or what it is run by. */
export interface Told<T> {
  value: T
  /** `compose.yaml#web`; undefined: the image */
  by: string | undefined
}

type Overridable = Omit<ConfigSide, 'env' | 'labels'>

/** What holds in the end. A key is undefined where nothing is known: it is left to an image that could not be read. */
export interface Effective {
  config: {[Key in keyof Overridable]?: Told<Overridable[Key]> | undefined}
  env: ReadonlyMap<string, Told<EnvVar>>
  /** whether the image is known, too */
  whole: boolean
  /** of the image */
  users: ImageSide['users']
}

export const effectiveOf = ({image, run}: SideFacts): Effective => {
  const base = image?.config
  const over = run?.config ?? {}
  const told = <Key extends keyof Overridable>(key: Key): Told<Overridable[Key]> | undefined => {
    const value = over[key]
    if (value !== undefined && run !== undefined) return {value, by: run.source}
    return base && {value: base[key], by: undefined}
  }
  return {
    config: {
      user: told('user'),
      workdir: told('workdir'),
      entrypoint: told('entrypoint'),
      command: commandOf(told('command'), over, run?.source),
      ports: told('ports'),
      volumes: told('volumes'),
      stopSignal: told('stopSignal'),
      healthcheck: healthcheckOf(told('healthcheck'), base?.healthcheck),
    },
    env: new Map([
      ...(base?.env ?? []).map((variable) => [variable.name, {value: variable, by: undefined}] as const),
      ...(run?.env ?? []).map((variable) => [variable.name, {value: variable, by: run?.source}] as const),
    ]),
    whole: image !== undefined,
    users: image?.users,
  }
}

/** An entrypoint of its own makes engines, Compose and Kubernetes pass over the image's command. */
const commandOf = (
  command: Told<readonly string[]> | undefined,
  over: Partial<Overridable>,
  by: string | undefined,
): Told<readonly string[]> | undefined =>
  over.entrypoint !== undefined && over.command === undefined ? {value: [], by} : command

/** Engines take from the image what of a check is not said; a probe of Kubernetes is one of its own. */
const healthcheckOf = (
  check: Told<ConfigSide['healthcheck']> | undefined,
  images: ConfigSide['healthcheck'],
): Told<ConfigSide['healthcheck']> | undefined => {
  if (check?.by === undefined || check.by.startsWith('k8s:') || check.value === undefined || images === undefined)
    return check
  const {test, ...times} = check.value
  return {...check, value: {...images, ...defined(times), test: test.length === 0 ? images.test : test}}
}

const defined = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>

/** ` (compose.yaml#web)`, where it is neither the image that says so nor what the side is called anyway */
export const saidBy = (told: Told<unknown> | undefined, side: string): string =>
  told?.by === undefined || told.by.startsWith(side) ? '' : ` (${told.by})`
