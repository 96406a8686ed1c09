import {createHmac, randomBytes, timingSafeEqual} from 'node:crypto'

import type {Delivery} from './sender.ts'

/** Whether who sent the body knows the secret. */
export const isAuthentic = (
  {sender, proof}: Pick<Delivery, 'sender' | 'proof'>,
  body: Buffer,
  secret: string,
): boolean => {
  if (sender === 'gitlab') return isSame(proof, secret)
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  return isSame(proof, sender === 'github' ? `sha256=${signature}` : signature)
}

const key = randomBytes(32)
const digest = (text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** In a time that tells nothing of where they differ, nor of how long the right one is. */
const isSame = (given: string, wanted: string): boolean => timingSafeEqual(digest(given), digest(wanted))
