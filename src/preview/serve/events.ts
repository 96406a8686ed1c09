import type {Step} from '../situation.ts'
import type {Receipt} from '../webhook/receive.ts'

export type Action = Step['kind']

/** `given up`: something newer is wanted instead. */
export type ActionState = 'begun' | 'live' | 'unchanged' | 'rejected' | 'failed' | 'given up' | 'removed'

/** What serve tells, beside what the lifecycle of each preview tells. */
export type ServeEvent =
  | {type: 'serving'; repository: string; origin: string | undefined; webhooks: string | undefined}
  | {
      type: 'preview'
      action: Action
      state: ActionState
      why: Step['why']
      ref: string
      name: string
      commit?: string
      /** once it is known */
      project?: string
      environment?: string
      url?: string
      ms?: number
      code?: string
      message?: string
      next?: string
      output?: readonly string[]
      /** when it is tried again though nothing moved */
      retryInMs?: number
    }
  | ({type: 'webhook'} & Receipt)
  /** nothing is to be done: they are what git says, or can't be, or are not to be */
  | {type: 'settled'; previews: number}
  | {type: 'warning'; message: string; code?: string}

export type Emit = (event: ServeEvent) => void
