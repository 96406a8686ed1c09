import type {Happening} from '../lifecycle/events.ts'
import type {ReleaseName} from '../release/identity.ts'

/** Who wrote an entry. */
export interface Writer {
  user: string
  host: string
  pid: number
  /** version of imm */
  imm: string
}

/** What is said while it happens and explains nothing afterwards. */
export type Passing = Extract<Happening, {type: 'log' | 'step' | 'stage' | 'guarding' | 'warning' | 'engine'}>

/** What of the lifecycle is kept. */
export type Lasting = Exclude<Happening, Passing>

const passing: Readonly<Record<Passing['type'], true>> = {
  log: true,
  step: true,
  stage: true,
  guarding: true,
  warning: true,
  engine: true,
}

export const isLasting = (happening: Happening): happening is Lasting =>
  !(happening.type in passing) && !(happening.type === 'service' && happening.state === 'pulling')

/** Settings as a ledger keeps them: dotted keys and texts; of a value that may be a secret only a keyed digest. */
export type PlainSettings = Readonly<Record<string, string>>

/** What an entry tells: something of the lifecycle, or of the ledger itself. */
export type Content =
  | Exclude<Lasting, {type: 'release'}>
  | (Extract<Lasting, {type: 'release'}> & {
      /** undefined where the writer didn't know them */
      configuration: PlainSettings | undefined
    })
  | {
      type: 'down'
      containers: number
      images: number
      volumes: number
      keptVolumes: readonly string[]
    }
  /** a torn line, of a power cut or a full disk, was taken out in front of this entry */
  | {type: 'repaired'; bytes: number}
  /** so many entries could not be written in front of this one */
  | {type: 'lost'; count: number}

/** As it is put into the queue of a writer. */
export type Draft = Content & {
  /** ISO 8601 */
  time: string
  who: Writer
}

/** What links an entry to the one before. */
export interface Link {
  /** of an entry; 1 for the first, then rising by one */
  seq: number
  /** sha256 of the entry's line as far as this field, hex */
  hash: string
}

/** An entry as it is read. An imm of another version may have written types and fields that this one doesn't know. */
export type Entry = Draft & Link & {/** `hash` of the entry before */ prev: string}

/** The release that an entry is about. */
export const releaseOf = (entry: Entry): ReleaseName | undefined => ('release' in entry ? entry.release : undefined)
