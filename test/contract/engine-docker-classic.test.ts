import {dockerSocket, noDocker} from './engine-docker.ts'
import {realContract} from './engine-real.ts'

await realContract(
  'Docker with its classic builder',
  await noDocker(),
  async () => ({socketPath: dockerSocket, options: {builder: 'classic'}}),
  ['builds', 'layers'],
)
