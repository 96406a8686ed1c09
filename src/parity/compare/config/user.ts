import type {Both} from '../difference.ts'
import type {Effective} from './effective.ts'

/** How the users of two sides are told: alike where they are the same by their numbers, with those where the words alone are the same. */
export const usersOf = ({a, b}: Both<Effective>): ((name: string, side: 'a' | 'b') => string) => {
  const ids = {a: idsOf(a), b: idsOf(b)}
  const words = {a: wordsOf(a.config.user?.value ?? ''), b: wordsOf(b.config.user?.value ?? '')}
  return (name, side) => {
    const id = ids[side]
    if (ids.a === undefined || ids.b === undefined || id === undefined) return wordsOf(name)
    if (ids.a === ids.b) return id
    return words.a === words.b ? `${wordsOf(name)} (${id})` : wordsOf(name)
  }
}

/** Without a group it is that which the image has for the user, which is root's own for root alone. */
const wordsOf = (name: string): string => {
  const [who, group] = name.split(':').map((id) => (id === '' || id === '0' ? 'root' : id))
  return group === undefined || (who === 'root' && group === 'root') ? (who ?? 'root') : `${who}:${group}`
}

/** As the engine finds them, in the image; undefined where that does not tell. */
const idsOf = ({config, users}: Effective): string | undefined => {
  if (config.user === undefined || users === undefined) return undefined
  const [who = '', group] = config.user.value.split(':')
  const user = who === '' ? root : (found(users.users, who) ?? numbered(who))
  if (user === undefined) return undefined
  const gid = group === undefined || group === '' ? user.gid : (found(users.groups, group) ?? numbered(group))?.id
  return gid === undefined ? undefined : `${user.id}:${gid}`
}

const root = {id: 0, gid: 0}

const found = <T extends {name: string; id: number}>(all: readonly T[], word: string): T | undefined =>
  all.find(({name, id}) => name === word || String(id) === word)

/** One that the image has no name for has root's group. */
const numbered = (word: string) => (/^\d+$/.test(word) ? {id: Number(word), gid: 0} : undefined)
