import type {BuildSecret} from '../../../lifecycle/ports.ts'
import {wireFields} from '../wire.ts'
import {bytes, message} from './encode.ts'
import {notFound, type GrpcCall} from './grpc.ts'

/**
 * `moby.buildkit.secrets.v1.Secrets/GetSecret` (github.com/moby/buildkit, session/secrets/secrets.proto): what a RUN mounts by its id. It is in
 * that step's memory alone, and no cache, layer or history knows it.
 */
export const getSecret =
  (secrets: readonly BuildSecret[], onError: (error: unknown) => void) =>
  async ({messages, send}: GrpcCall): Promise<void> => {
    for await (const request of messages) {
      const id = idIn(request)
      const secret = secrets.find((one) => one.id === id)
      if (!secret) throw notFound(`secret ${id}`)
      let content: Buffer
      try {
        content = await secret.content()
      } catch (error) {
        // The builder would say only that it is missing; why it is, is known here.
        onError(error)
        throw error
      }
      return send(message(bytes(1, content)))
    }
  }

const idIn = (request: Buffer): string => {
  for (const {number, value} of wireFields(request)) if (number === 1) return value.toString()
  return ''
}
