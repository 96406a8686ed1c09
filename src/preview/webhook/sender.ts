import type {IncomingHttpHeaders} from 'node:http'

/** What the headers of a delivery say; nothing of it is believed before `isAuthentic`. */
export interface Delivery {
  sender: 'github' | 'gitlab' | 'gitea'
  /** as the sender calls it: `push`, `Merge Request Hook` */
  event: string
  /** told apart from other deliveries by this; a redelivery has the same */
  id: string
  /** signature of the body, or the secret itself */
  proof: string
}

/** Undefined where a header is missing, or there more than once. */
export const deliveryOf = (headers: IncomingHttpHeaders): Delivery | undefined => {
  const text = (...names: string[]): string => {
    for (const name of names) {
      const value = headers[name]
      if (typeof value === 'string' && value !== '' && value.length <= 200) return value
    }
    return ''
  }
  const read = (sender: Delivery['sender'], event: string, id: string, proof: string): Delivery | undefined =>
    event === '' || id === '' || proof === '' ? undefined : {sender, event, id, proof}
  // Gitea first: it sends GitHub's headers, too, for those who know no others.
  if (headers['x-gitea-event'] !== undefined)
    return read('gitea', text('x-gitea-event'), text('x-gitea-delivery'), text('x-gitea-signature'))
  if (headers['x-gitlab-event'] !== undefined) {
    // The key is of one delivery and its retries; before GitLab 17.4 there was only the event's.
    const id = text('idempotency-key', 'x-gitlab-event-uuid')
    return read('gitlab', text('x-gitlab-event'), id, text('x-gitlab-token'))
  }
  return read('github', text('x-github-event'), text('x-github-delivery'), text('x-hub-signature-256'))
}
