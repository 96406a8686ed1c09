import {createServer} from 'node:net'

/** Whether this host has the address: whether one can listen there. Lists of interfaces leave out a network that has no container yet. */
export const isHere = async (host: string): Promise<boolean> => {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, host, resolve)
    })
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
