/** What one process asked of the world. */
export interface Call {
  part: string
  method: string
  args: readonly unknown[]
  outcome: 'under way' | 'done' | Error
  /** what it came back with */
  value?: unknown
}

export interface Process {
  readonly calls: readonly Call[]
  /** how many calls wait for their answer */
  readonly underWay: number
  /** A part of the world as this process has it. */
  holds<T extends object>(name: string, part: T): T
  /** As kill -9: no call comes back any more, and none is made. */
  kill(): void
  readonly killed: boolean
}

const never = new Promise<never>(() => undefined)

/** Notes each call, so that a test can wait until nothing is under way; killed, it leaves everything as it is. */
export const testProcess = (): Process => {
  const death = new AbortController()
  const calls: Call[] = []
  let underWay = 0

  const answerOf = async (call: Call, work: Promise<unknown>): Promise<unknown> => {
    underWay += 1
    try {
      call.value = await work
      call.outcome = 'done'
    } catch (error) {
      call.outcome = error as Error
    }
    underWay -= 1
    if (death.signal.aborted) await never
    if (call.outcome instanceof Error) throw call.outcome
    return call.value
  }
  const valuesOf = async function* (values: AsyncIterable<unknown>): AsyncGenerator {
    try {
      for await (const value of values) yield death.signal.aborted ? await never : value
    } catch (error) {
      throw death.signal.aborted ? await never : error
    }
    if (death.signal.aborted) await never
  }
  return {
    calls,
    get underWay() {
      return underWay
    },
    get killed() {
      return death.signal.aborted
    },
    kill: () => death.abort(),
    holds: (name, part) => {
      const wrap =
        (method: string, target: (...args: unknown[]) => unknown) =>
        (...args: unknown[]) => {
          if (death.signal.aborted) return never
          const call: Call = {part: name, method, args, outcome: 'under way'}
          calls.push(call)
          const answer = target.apply(
            part,
            args.map((arg) => withDeath(method, arg, death.signal)),
          )
          if (answer instanceof Promise) return answerOf(call, answer)
          call.outcome = 'done'
          return isIterable(answer) ? valuesOf(answer) : answer
        }
      return new Proxy(part, {
        get: (target, key) => {
          const value: unknown = Reflect.get(target, key)
          return typeof value === 'function' ? wrap(String(key), value as (...args: unknown[]) => unknown) : value
        },
        apply: (target, _this, args) => wrap(name, target as (...args: unknown[]) => unknown)(...(args as unknown[])),
      })
    },
  }
}

// A build and a stream are connections, which close with the process; what else was asked for is done.
const connections = new Set(['build', 'events', 'logs', 'runOnce', 'request'])

const withDeath = (method: string, arg: unknown, death: AbortSignal): unknown =>
  arg instanceof AbortSignal && connections.has(method) ? AbortSignal.any([arg, death]) : arg

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value
