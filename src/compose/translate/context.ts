import {ImmError} from '../../errors.ts'
import type {Note} from '../../lifecycle/services/spec.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import type {Service} from '../keys/service.ts'
import type {Model} from '../model.ts'
import {pathName, type Path} from '../tree.ts'

/** What a translation needs to know beside the model. */
export interface Around {
  id: EnvironmentId
  /** of the first Compose file, absolute */
  directory: string
  /** absolute: what is watched */
  files: readonly string[]
  lookup: (variable: string) => string | undefined
  /** what is said of a service beside Compose's keys: its `x-imm`, with `apps.NAME` of imm.yaml on top */
  own: (service: string) => Readonly<Record<string, unknown>>
  /** TCP ports that the Dockerfile of a built service exposes, without those of its base image */
  exposedPorts: (service: string) => readonly number[]
  /** what a path of this machine leads to */
  kindOf: (path: string) => PathKind | undefined
  /** `compose.yaml:6:5: ` of a key; empty where that is not known */
  place: (path: Path) => string
}

export type PathKind = 'file' | 'directory' | 'socket'

export interface Translation extends Around {
  model: Model
  note: (kind: Note['kind'], path: Path, reason: string) => void
  /** COMPOSE_UNSUPPORTED that names the key and its place */
  refusal: (path: Path, reason: string) => ImmError
}

export const refusing =
  ({place}: Pick<Around, 'place'>): Translation['refusal'] =>
  (path, reason) =>
    new ImmError('COMPOSE_UNSUPPORTED', `${place(path)}${pathName(path)}: ${reason}`)

/** Where notes are gathered: one for each key. */
export const gatherNotes = (): {notes: () => Note[]; note: Translation['note']} => {
  const notes = new Map<string, Note>()
  return {
    notes: () => [...notes.values()],
    note: (kind, path, reason) => {
      const key = pathName(path)
      if (!notes.has(key)) notes.set(key, {key, kind, reason})
    },
  }
}

/** One service on its way. */
export interface Part {
  name: string
  service: Service
  role: 'app' | 'service'
}

type Defined<T> = {[K in keyof T]: Exclude<T[K], undefined>}

/** The same without keys that have no value. */
export const compact = <T extends object>(value: T): Partial<Defined<T>> =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<Defined<T>>
