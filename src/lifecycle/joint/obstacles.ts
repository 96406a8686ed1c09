import type {Happening} from '../events.ts'

/** Apps whose newest content can't go live: while there are any, no other of the set does. */
export interface Obstacles {
  /** It looks whether there is something new: what it could not read before, it reads again. */
  looks(app: string): void
  /** A release of it is on its way, so it is not known any more that it can't. */
  begins(app: string): void
  rejects(app: string, why: string): void
  /** Whether that may have made a difference. */
  heard(app: string, happening: Happening): boolean
  /** in words; undefined: none */
  readonly first: string | undefined
}

export const createObstacles = (): Obstacles => {
  const unread = new Map<string, string>()
  const rejected = new Map<string, string>()
  return {
    looks: (app) => void unread.delete(app),
    begins: (app) => void rejected.delete(app),
    rejects: (app, why) => void rejected.set(app, why),
    heard(app, happening) {
      if (happening.type === 'rejected' && happening.release === undefined)
        unread.set(app, `${app} could not be read: ${firstLine(happening.message)}`)
      // What serves is what is there, or what somebody chose.
      const isLive = happening.type === 'live' && happening.cause !== 'replace'
      if (isLive || (happening.type === 'unchanged' && happening.state === 'live')) rejected.delete(app)
      return happening.type === 'rejected' || happening.type === 'live' || happening.type === 'unchanged'
    },
    get first() {
      return [...rejected.values(), ...unread.values()][0]
    },
  }
}

export const firstLine = (text: string): string => text.split('\n', 1)[0] ?? ''
