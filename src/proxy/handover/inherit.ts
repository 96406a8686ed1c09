import type {Server} from 'node:net'

import {backlog} from '../listen.ts'
import type {Place} from './messages.ts'

/** Lets the server listen on the socket of the process before; false where that has none there. */
export type Inherit = (server: Server, place: Place) => Promise<boolean>

/** The server accepts from here on, and never a connection goes to nobody: until now only the process before took them from the socket. */
export const adopt = async (server: Server, socket: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket, backlog, () => {
      server.off('error', reject)
      resolve()
    })
  })
