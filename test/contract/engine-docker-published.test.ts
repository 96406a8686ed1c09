import {dockerSocket, noDocker} from './engine-docker.ts'
import {realContract} from './engine-real.ts'

await realContract(
  'Docker by published ports',
  await noDocker(),
  async () => ({socketPath: dockerSocket, options: {reach: 'published'}}),
  ['containers', 'sandboxes', 'networks'],
)
