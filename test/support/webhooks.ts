import {createHmac, randomUUID} from 'node:crypto'
import {connect} from 'node:net'

export const secret = 'hunter2-but-longer'

interface Signing {
  key?: string
  id?: string
}

export interface Sent {
  headers: Record<string, string>
  body: string
}

const signed = (body: string, key: string) => createHmac('sha256', key).update(body).digest('hex')

const pullOf = (rest: object) => ({
  number: 7,
  state: 'open',
  updated_at: '2026-11-28T10:00:00Z',
  head: {ref: 'feature/x', repo: {full_name: 'someone/shop'}},
  base: {ref: 'main', repo: {full_name: 'team/shop'}},
  ...rest,
})

export const hubPull = (action: string, rest: object = {}) => ({
  action,
  number: 7,
  pull_request: pullOf(rest),
  repository: {full_name: 'team/shop', clone_url: 'https://example.org/team/shop.git'},
})

export const hubPush = (rest: object = {}) => ({
  ref: 'refs/heads/feature/x',
  before: '1'.repeat(40),
  after: '2'.repeat(40),
  repository: {full_name: 'team/shop', pushed_at: Date.now()},
  ...rest,
})

export const labMerge = (state: string, rest: object = {}) => ({
  object_kind: 'merge_request',
  project: {path_with_namespace: 'team/shop'},
  object_attributes: {
    iid: 7,
    state,
    updated_at: '2026-11-28 10:00:00 UTC',
    source_branch: 'feature/x',
    source_project_id: 2,
    target_project_id: 1,
    ...rest,
  },
})

export const github = (event: string, payload: object, {key = secret, id = randomUUID()}: Signing = {}): Sent => {
  const body = JSON.stringify(payload)
  return {
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${signed(body, key)}`,
    },
    body,
  }
}

export const gitea = (event: string, payload: object, {key = secret, id = randomUUID()}: Signing = {}): Sent => {
  const body = JSON.stringify(payload)
  return {
    headers: {
      'content-type': 'application/json',
      'x-gitea-event': event,
      'x-gitea-delivery': id,
      'x-gitea-signature': signed(body, key),
      'x-github-event': event,
      'x-github-delivery': id,
    },
    body,
  }
}

export const gitlab = (event: string, payload: object, {key = secret, id = randomUUID()}: Signing = {}): Sent => ({
  headers: {
    'content-type': 'application/json',
    'x-gitlab-event': event,
    'x-gitlab-event-uuid': randomUUID(),
    'idempotency-key': id,
    'x-gitlab-token': key,
  },
  body: JSON.stringify(payload),
})

/** The first line of what is answered to bytes on a socket, or `closed`. The socket stays open on this side until the other ends it. */
export const rawAnswer = async (port: number, write: (send: (text: string) => boolean) => void): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.on('data', (chunk) => (text += chunk.toString()))
    socket.on('error', () => {})
    socket.once('close', () => resolve(text.split('\r\n')[0] || 'closed'))
    write((some) => !socket.destroyed && socket.write(some))
  })
