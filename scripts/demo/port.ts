import {once} from 'node:events'
import {createServer} from 'node:net'

/** The first port of a small range that nobody holds, so that addresses stay the same from one run to the next; 0 where all are taken. */
export const steadyPort = async (first = 7171, count = 10): Promise<number> => {
  for (let port = first; port < first + count; port += 1) if (await isFree(port)) return port
  return 0
}

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
