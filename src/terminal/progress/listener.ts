import type {LifecycleEvent} from '../../lifecycle/events.ts'

/** Listens to the lifecycle and shows it. Disposing leaves the terminal as it was. */
export interface Progress extends AsyncDisposable {
  event(event: LifecycleEvent): void
  /** a line for people, put where it doesn't disturb what is being drawn */
  say(text: string): void
  /** whether lines of the application are shown */
  logs: boolean
}

/** What a progress draws on: a part of `NodeJS.WriteStream`. */
export interface Screen extends NodeJS.WritableStream {
  isTTY?: boolean
  columns?: number
  rows?: number
}
