import {dockerSocket, noDocker} from './engine-docker.ts'
import {realContract} from './engine-real.ts'

await realContract('Docker', await noDocker(), async () => ({socketPath: dockerSocket}))
