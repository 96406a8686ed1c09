import {noPodman, podmanService} from './engine-podman.ts'
import {sideContract} from './parity-sides.ts'

await sideContract('Podman', await noPodman(), async () => {
  const service = await podmanService()
  return {socketPath: service.socketPath, close: () => service[Symbol.asyncDispose]()}
})
