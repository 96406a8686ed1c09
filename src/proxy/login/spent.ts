import type {RequestIn} from '../message.ts'

const spent = new WeakSet<object>()

/** Its Authorization is one for the proxy: the application must never see it, whatever else let the request in. */
export const spend = (request: RequestIn): void => void spent.add(request)

export const isSpent = (request: RequestIn): boolean => spent.has(request)
