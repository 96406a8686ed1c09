import {createHash} from 'node:crypto'

// RFC 6455 section 1.3
const handshakeId = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

const [text, close] = [1, 8]

/** A WebSocket that answers every short text message with the release's content in front of it (RFC 6455, no fragments, no extensions). */
export const echo = (request, socket, content) => {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${handshakeId}`).digest('base64')
  const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade']
  socket.write([...head, `Sec-WebSocket-Accept: ${accept}`, '', ''].join('\r\n'))
  let held = Buffer.alloc(0)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    held = Buffer.concat([held, chunk])
    for (let frame = firstFrame(held); frame; frame = firstFrame(held)) {
      held = held.subarray(frame.length)
      if (frame.opcode === close) socket.end(encode(close, frame.payload))
      if (frame.opcode === text) socket.write(encode(text, Buffer.from(`${content}: ${frame.payload}`)))
    }
  })
}

/** A client's frame (section 5.2): two bytes of head, four of the mask, at most 125 of payload. */
const firstFrame = (bytes) => {
  if (bytes.length < 2) return undefined
  const length = 6 + (bytes[1] & 0x7f)
  if (bytes.length < length) return undefined
  const mask = bytes.subarray(2, 6)
  return {
    opcode: bytes[0] & 0x0f,
    payload: bytes.subarray(6, length).map((byte, index) => byte ^ mask[index % 4]),
    length,
  }
}

/** A server's frame is not masked. */
const encode = (opcode, payload) => Buffer.concat([Buffer.from([0x80 | opcode, payload.length]), payload])
