import type {IncomingMessage} from 'node:http'

import {isAuthentic} from './authentic.ts'
import {bodyOf} from './body.ts'
import type {Deliveries} from './deliveries.ts'
import {noticeOf, type Notice} from './notice.ts'
import {isSameRepository} from './same-repository.ts'
import {deliveryOf, type Delivery} from './sender.ts'

export interface Receiver {
  secret: string
  /** of the repository that is served; undefined: nobody can tell */
  origin: string | undefined
  deliveries: Deliveries
  /** whether a Host header names this server */
  isOurHost(host: string): boolean
  /** Settles once what it says is on disk. */
  onNotice(notice: Notice): Promise<void>
}

export interface Receipt {
  status: number
  message: string
  delivery?: Pick<Delivery, 'sender' | 'event' | 'id'>
}

const refusal = (status: number, message: string): Receipt => ({status, message})

/** From a request to what it changes: the cheapest question first, and nothing is changed or remembered before the signature is right. */
export const receive = async (request: IncomingMessage, receiver: Receiver): Promise<Receipt> => {
  const {headers, method, url} = request
  if (url !== '/') return refusal(404, 'webhooks are received at /')
  if (method !== 'POST') return refusal(405, 'webhooks are sent with POST')
  if (!receiver.isOurHost(headers.host ?? ''))
    return refusal(421, `no webhooks are received as ${headers.host ?? 'no host'}; --webhook-host allows a name`)
  // Pages send it, and those who send webhooks do not.
  if (headers.origin !== undefined) return refusal(403, 'pages of a browser send no webhooks')
  const delivery = deliveryOf(headers)
  if (!delivery) return refusal(400, 'neither GitHub, GitLab nor Gitea sends such headers; is the secret set there?')
  if (!/^application\/json\b/i.test(headers['content-type'] ?? ''))
    return refusal(415, 'the content type has to be application/json')
  const body = await bodyOf(request)
  if (body === 'too long') return refusal(413, 'more than 1 MB')
  if (body === 'cut off') return refusal(400, 'the body was cut off')
  if (!isAuthentic(delivery, body, receiver.secret)) return refusal(401, 'the signature is not right')
  const {sender, event, id} = delivery
  // Without its proof: this is shown.
  return {...(await act(delivery, body, receiver)), delivery: {sender, event, id}}
}

const act = async (delivery: Delivery, body: Buffer, receiver: Receiver): Promise<Receipt> => {
  const {origin, deliveries} = receiver
  const notice = noticeOf(delivery, body)
  if (!notice) return refusal(422, `the body is no ${delivery.event} of ${delivery.sender}`)
  if (origin !== undefined && !isSameRepository(notice.repository, origin))
    return refusal(422, `${notice.repository} is not served here`)
  const first = await deliveries.once(delivery.id, body, async () => {
    if (notice.kind !== 'other') await receiver.onNotice(notice)
  })
  if (!first) return refusal(409, 'it was received before')
  if (notice.kind === 'other') return {status: 202, message: `${delivery.event} changes no preview`}
  return {status: 202, message: 'received'}
}
