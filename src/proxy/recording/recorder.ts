import type {Route, RouteTable} from '../routes.ts'

/** Which requests are kept. */
export interface RecordWish {
  /** `shop/main` or `shop/main/web` */
  route: string
  /** in capitals */
  methods: readonly string[]
  /** of so many of them one */
  every: number
}

/** One request with its answer, as they passed. */
export interface RecordedExchange {
  type: 'exchange'
  /** ISO 8601, of its head */
  time: string
  project: string
  environment: string
  app: string
  release: string | undefined
  method: string
  url: string
  /** `HTTP/1.1` */
  protocol: string
  /** name, value, name, value, as the client wrote them */
  requestHeaders: readonly string[]
  requestBody: RecordedBody
  status: number
  reason: string
  headers: readonly string[]
  body: RecordedBody
  /** from the head of the request to that of the answer */
  waitMs: number
  /** to the end of the answer */
  ms: number
}

export interface RecordedBody {
  bytes: number
  /** undefined: it was too long to be kept */
  base64: string | undefined
}

/** Gets what is sampled of some routes. */
export interface Recorder {
  readonly wish: RecordWish
  /** requests that are of its methods */
  seen: number
  /** samples whose answer has not ended */
  underWay: number
  take(exchange: RecordedExchange): void
  /** one could not be kept */
  drop(): void
}

/** Gives the recorder what passes on its routes, also those that are opened later, until it is disposed. */
export const startRecording = (table: Pick<RouteTable, 'byId' | 'recorders'>, recorder: Recorder): Disposable => {
  table.recorders.add(recorder)
  const settle = (): void => {
    for (const route of table.byId.values()) setRecorders(table, route)
  }
  settle()
  return {
    [Symbol.dispose]() {
      table.recorders.delete(recorder)
      settle()
    },
  }
}

/** To be called for a new route. */
export const setRecorders = ({recorders}: Pick<RouteTable, 'recorders'>, route: Route): void => {
  const id = `${route.id}/`
  const own = [...recorders].filter(({wish}) => id.startsWith(`${wish.route}/`))
  route.recorders = own.length === 0 ? undefined : own
}
