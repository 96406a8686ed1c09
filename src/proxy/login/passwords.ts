import {createHmac, randomBytes, scrypt, timingSafeEqual} from 'node:crypto'

/** N, r and p of RFC 7914: some 40 ms and 16 MiB for each attempt. */
const cost = {N: 16_384, r: 8, p: 1}
const keyBytes = 32
/** How long a password that was right need not be worked out again. */
const trustMs = 5 * 60_000

/** Name and hash, as the file has them. */
export type Users = ReadonlyMap<string, string>

/** `scrypt:SALT:HASH`, base64url */
export const hashOf = async (password: string, salt = randomBytes(16)): Promise<string> =>
  ['scrypt', salt.toString('base64url'), (await derive(password, salt)).toString('base64url')].join(':')

export const isUserName = (name: string): boolean => /^[\w.@+-]{1,64}$/.test(name)

/** Throws for a line that makes no sense: a user who is not there any more must not be one who was not read. */
export const parseUsers = (text: string): Users => {
  const users = new Map<string, string>()
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const [name = '', ...rest] = line.trim().split(' ')
    const [hash = '', more] = rest
    if (!isUserName(name) || more !== undefined || !/^scrypt:[\w-]{22}:[\w-]{43}$/.test(hash))
      throw new Error('a line is no name with the hash of a password')
    users.set(name, hash)
  }
  return users
}

export const usersText = (users: Users): string => [...users].map(([name, hash]) => `${name} ${hash}\n`).join('')

export interface Passwords {
  /** Whether it is that user's. It takes as long where there is no such user. */
  check(users: Users, name: string, password: string): Promise<boolean>
}

export const createPasswords = (now: () => number): Passwords => {
  const ours = randomBytes(32)
  const trusted = new Map<string, number>()
  const nobody = hashOf(randomBytes(16).toString('hex'))
  return {
    async check(users, name, password) {
      const hash = users.get(name) ?? (await nobody)
      // With the hash in it: another password of the same user makes what was trusted worthless.
      const entry = createHmac('sha256', ours)
        .update(JSON.stringify([name, password, hash]))
        .digest('base64')
      if ((trusted.get(entry) ?? 0) > now()) return true
      trusted.delete(entry)
      const [, salt = '', wanted = ''] = hash.split(':')
      const given = await derive(password, Buffer.from(salt, 'base64url'))
      const isRight = timingSafeEqual(given, Buffer.from(wanted, 'base64url')) && users.has(name)
      if (isRight) trusted.set(entry, now() + trustMs)
      return isRight
    },
  }
}

const derive = async (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, keyBytes, cost, (error, key) => (error === null ? resolve(key) : reject(error)))
  })
