import {dockerSocket, noDocker} from './engine-docker.ts'
import {sideContract} from './parity-sides.ts'

await sideContract('Docker', await noDocker(), async () => ({socketPath: dockerSocket, close: async () => {}}))
