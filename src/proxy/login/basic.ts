import {keptFiles} from '../kept-file.ts'
import type {Log} from '../log.ts'
import type {AnswerOut, RequestIn} from '../message.ts'
import {answerLogin, answerTooMany} from './answers.ts'
import {createAttempts} from './attempts.ts'
import {createPasswords, parseUsers} from './passwords.ts'
import type {Users} from './passwords.ts'
import {loginPlace} from './place.ts'
import {spend} from './spent.ts'

export interface Credentials {
  name: string
  password: string
}

export interface BasicLogin {
  /** there are users who have a password */
  isOn(): boolean
  /** What the request carries. Of a name that is one of the proxy's users the application never sees it, right or wrong. */
  read(request: RequestIn): Credentials | undefined
  /** False where it was answered. */
  check(credentials: Credentials, address: string, request: RequestIn, response: AnswerOut): Promise<boolean>
}

interface BasicOptions {
  home: string
  log: Log
  now: () => number
}

/** Whether it is right; a number: it was not looked at, and may be tried again in so many seconds. */
type Verdict = boolean | number

/** Users with passwords (RFC 7617), who may see every environment. */
export const basicLogin = ({home, log, now}: BasicOptions): BasicLogin => {
  const current = keptFiles([loginPlace(home).users], (text) => parseUsers(text.toString()), log)
  const passwords = createPasswords(now)
  const attempts = createAttempts(now)
  /** A browser asks for a page and all that is on it at once: one look, and one attempt. */
  const underWay = new Map<string, Promise<Verdict>>()
  /** Also those that were removed: browsers go on sending their passwords. */
  const known = new Set<string>()
  const users = (): Users => {
    const read = current() ?? new Map<string, string>()
    for (const name of read.keys()) known.add(name)
    return read
  }
  const isOn = (): boolean => users().size > 0
  const look = async ({name, password}: Credentials, address: string): Promise<Verdict> => {
    const attempt = attempts.begin(address)
    if (typeof attempt === 'number') return attempt
    let isRight = false
    try {
      isRight = await passwords.check(users(), name, password)
    } catch (error) {
      log(`a password could not be looked at: ${String(error)}`)
    } finally {
      attempt.end(isRight)
    }
    return isRight
  }
  return {
    isOn,
    read(request) {
      const credentials = credentialsOf(request.headers.authorization)
      const isOurs = isOn()
      if (credentials !== undefined && known.has(credentials.name)) spend(request)
      return isOurs ? credentials : undefined
    },
    async check(credentials, address, request, response) {
      const id = JSON.stringify([address, credentials.name, credentials.password])
      const looking = underWay.get(id) ?? look(credentials, address).finally(() => underWay.delete(id))
      underWay.set(id, looking)
      const verdict = await looking
      if (verdict === true) return true
      if (response.destroyed) return false
      if (verdict === false) answerLogin(request, response, isOn())
      else answerTooMany(request, response, verdict)
      return false
    },
  }
}

const credentialsOf = (header: string | undefined): Credentials | undefined => {
  const encoded = /^basic +([\w+/=-]{1,1024})$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  const at = text.indexOf(':')
  return at < 0 ? undefined : {name: text.slice(0, at), password: text.slice(at + 1)}
}
