import {dockerSocket, noDocker} from './engine-docker.ts'
import {sideContract} from './parity-sides.ts'

await sideContract('Docker', await noDocker(), async () => ({
  socketPath: dockerSocket,
  changes: ['HEALTHCHECK --interval=7s --retries=2 CMD true'],
  close: async () => {},
}))
