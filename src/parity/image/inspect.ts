import type {LayerFact} from './facts.ts'

/** Looks at the content of one file of a layer while it streams by. */
export interface Inspection {
  /** a part of the content, in order; valid until it returns */
  take(bytes: Buffer): void
  /** the file was read to its end; its digest is how a layer's step names the content */
  end(sha256: string): void
}

/** Whether, and how, to look into a file; undefined where it is to pass by. */
export type Inspect = (fact: LayerFact) => Inspection | undefined
