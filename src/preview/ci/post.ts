import {z} from 'zod'

import type {MergeRequest} from './merge-request.ts'

export type Posted = 'created' | 'updated' | 'unchanged'

const author = z.object({id: z.number(), type: z.string().optional(), login: z.string().optional()})
const comment = z.object({id: z.number(), body: z.string().nullish(), user: author.nullish(), author: author.nullish()})
type Comment = z.infer<typeof comment>

const perPage = 100
// A pull request with more comments than this gets a second one of ours rather than a job that never ends.
const mostPages = 50

/** Writes a comment, or brings the one up to date that an earlier run wrote: that begins with the same first line and is the token's own. */
export const postComment = async (
  request: MergeRequest,
  body: string,
  token: string,
  signal: AbortSignal,
): Promise<Posted> => {
  const call = caller(request, token, signal)
  const marker = body.split('\n', 1)[0] ?? ''
  const me = author.safeParse(await call('GET', request.user, undefined, [401, 403, 404])).data?.id
  const found = await findComment(request, call, (each) => (each.body ?? '').startsWith(marker) && isOwn(each, me))
  if (found === undefined) {
    await call('POST', request.comments, {body})
    return 'created'
  }
  if (sameText(found.body ?? '', body)) return 'unchanged'
  await call(request.forge === 'gitlab' ? 'PUT' : 'PATCH', `${request.comment}${found.id}`, {body})
  return 'updated'
}

/**
 * Anybody can begin a comment with our marker, and could change under their name what we wrote into it. A job's own token may not ask who it
 * is: then it is the account of the jobs.
 */
const isOwn = ({user, author: gitlabUser}: Comment, me: number | undefined): boolean => {
  const by = user ?? gitlabUser
  if (me !== undefined) return by?.id === me
  return by?.type === 'Bot' || ['gitea-actions', 'forgejo-actions'].includes(by?.login ?? '')
}

const findComment = async (
  {comments}: MergeRequest,
  call: Call,
  isOurs: (comment: Comment) => boolean,
): Promise<Comment | undefined> => {
  let last: number | undefined
  for (let page = 1; page <= mostPages; page += 1) {
    const found = z.array(comment).parse(await call('GET', `${comments}?per_page=${perPage}&page=${page}`))
    const ours = found.find(isOurs)
    // Gitea gives all of them, and the same again for any page.
    if (ours || found.length < perPage || found[0]?.id === last) return ours
    last = found[0]?.id
  }
  return undefined
}

// Forges keep texts with their own line ends, and without what is at the end.
const sameText = (one: string, other: string): boolean =>
  one.replaceAll('\r\n', '\n').trimEnd() === other.replaceAll('\r\n', '\n').trimEnd()

type Call = (method: string, url: string, body?: object, allowed?: readonly number[]) => Promise<unknown>

const patienceMs = 20_000

const caller =
  ({forge}: MergeRequest, token: string, signal: AbortSignal): Call =>
  async (method, url, body, allowed = []) => {
    const response = await fetch(url, {
      method,
      // Followed, a redirect could take the token elsewhere.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
      headers: {
        accept: 'application/json',
        'user-agent': 'imm',
        ...(forge === 'gitlab' ? {'private-token': token} : {authorization: `token ${token}`}),
        ...(body ? {'content-type': 'application/json'} : {}),
      },
      ...(body ? {body: JSON.stringify(body)} : {}),
    })
    if (response.ok) return response.json()
    await response.body?.cancel()
    if (allowed.includes(response.status)) return undefined
    throw new Error(`${method} ${url} was answered with ${response.status} ${response.statusText}`.trimEnd())
  }
