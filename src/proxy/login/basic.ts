import {keptFiles} from '../kept-file.ts'
import type {Log} from '../log.ts'
import type {AnswerOut, RequestIn} from '../message.ts'
import {answerLogin, answerTooMany} from './answers.ts'
import {createAttempts} from './attempts.ts'
import {createPasswords, parseUsers} from './passwords.ts'
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

/** Users with passwords (RFC 7617), who may see every environment. */
export const basicLogin = ({home, log, now}: BasicOptions): BasicLogin => {
  const current = keptFiles([loginPlace(home).users], (text) => parseUsers(text.toString()), log)
  const passwords = createPasswords(now)
  const attempts = createAttempts(now)
  const isOn = (): boolean => (current()?.size ?? 0) > 0
  return {
    isOn,
    read(request) {
      const credentials = credentialsOf(request.headers.authorization)
      if (credentials === undefined || !isOn()) return undefined
      if (current()?.has(credentials.name)) spend(request)
      return credentials
    },
    async check({name, password}, address, request, response) {
      const users = current()
      const attempt = attempts.begin(address)
      if (typeof attempt === 'number') {
        answerTooMany(request, response, attempt)
        return false
      }
      let isRight = false
      try {
        isRight = users !== undefined && (await passwords.check(users, name, password))
      } catch (error) {
        log(`a password could not be looked at: ${String(error)}`)
      } finally {
        attempt.end(isRight)
      }
      if (!isRight && !response.destroyed) answerLogin(request, response, isOn())
      return isRight
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
