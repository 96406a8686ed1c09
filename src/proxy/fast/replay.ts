import {Duplex} from 'node:stream'

import type {Link} from './link.ts'

/**
 * A connection for Node's client, which sends the request a second time and doesn't know: what is written to it is dropped, for the link's
 * upstream has it already. `read`: bytes of its answer that have come; a link that is lost is lost for Node's client, too.
 */
export const replayed = (link: Link, read: Buffer | undefined): Duplex & {connecting: boolean; bytesRead: number} => {
  const {socket} = link
  let isRead = false
  const lose = (): void => {
    if (link.error === undefined) duplex.push(null)
    else duplex.destroy(link.error)
  }
  const duplex = new Duplex({
    read() {
      isRead = true
      if (socket.destroyed) lose()
      else socket.resume()
    },
    write: (_chunk, _encoding, done) => done(),
    final(done) {
      socket.destroySoon()
      done()
    },
    destroy(error, done) {
      link.user = undefined
      socket.destroy()
      done(error)
    },
  })
  link.user = {
    onAnswer(bytes) {
      connection.bytesRead += bytes.length
      if (!duplex.push(Buffer.from(bytes))) socket.pause()
    },
    onLost() {
      link.user = undefined
      // Not before somebody listens.
      if (isRead) lose()
    },
  }
  if (read !== undefined) duplex.push(Buffer.from(read))
  const connection = Object.assign(duplex, {
    // Without a connection the request's body is not read: it can still go to another upstream.
    connecting: link.error?.syscall === 'connect',
    // What has been answered, be it in part, is not sent again.
    bytesRead: read?.length ?? 0,
  })
  return connection
}
