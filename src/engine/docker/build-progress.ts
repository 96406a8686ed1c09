import type {FailedStep} from './steps.ts'

/** One message of a build's answer, as both builders and Podman send it. */
export interface BuildMessage {
  stream?: string
  id?: string
  aux?: string | {ID?: string}
  error?: string
  errorDetail?: {code?: number; message?: string}
}

/** What reads a builder's messages. */
export interface BuildProgress {
  note(message: BuildMessage): void
  /** the step that made the build fail, once it has; undefined: none had begun, so the Dockerfile itself is at fault */
  failed(words: string): FailedStep | undefined
}
