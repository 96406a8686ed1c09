import {randomBytes} from 'node:crypto'

/** IANA's registry of WebSocket close codes: the client should connect again, and will get another server. */
const serviceRestart = 1012
const reason = Buffer.from('Service Restart')

const payload = Buffer.alloc(2 + reason.length)
payload.writeUInt16BE(serviceRestart)
reason.copy(payload, 2)

/** A Close frame for a client. */
export const restartFrame: Buffer = Buffer.concat([Buffer.from([0x88, payload.length]), payload])

/** The same for an application: what comes from a client is masked (RFC 6455 5.3). */
export const maskedRestartFrame = (): Buffer => {
  const mask = randomBytes(4)
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] as number))
  return Buffer.concat([Buffer.from([0x88, 0x80 | payload.length]), mask, masked])
}
