import type {UsersSide} from '../facts.ts'
import type {ImageHolder} from '../image/image.ts'

const [passwd, group] = ['/etc/passwd', '/etc/group']

/** To be kept when an image is read. */
export const userFile = (path: string): number | undefined =>
  path === passwd || path === group ? 1024 * 1024 : undefined

/** Who is meant by which name. An image without these files has nobody but root. */
export const usersIn = (image: ImageHolder): UsersSide => ({
  users: linesOf(image, passwd).flatMap(([name, id, gid]) =>
    isId(id) && isId(gid) ? [{name, id: Number(id), gid: Number(gid)}] : [],
  ),
  groups: linesOf(image, group).flatMap(([name, id]) => (isId(id) ? [{name, id: Number(id)}] : [])),
})

/** passwd(5) and group(5): name, password, id, … */
const linesOf = (image: ImageHolder, path: string): [name: string, id: string | undefined, gid: string | undefined][] =>
  (image.content(path)?.toString('utf8') ?? '').split('\n').flatMap((line) => {
    const [name = '', , id, gid] = line.trim().split(':')
    return name === '' || name.startsWith('#') ? [] : [[name, id, gid]]
  })

const isId = (text: string | undefined): text is string => /^\d{1,10}$/.test(text ?? '')
