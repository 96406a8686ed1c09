import {existsSync} from 'node:fs'

import {noPodman, podmanService} from './engine-podman.ts'
import {realContract} from './engine-real.ts'

// Debian only recommends catatonit, without which Podman has no init process for a container.
const init = existsSync('/usr/libexec/podman/catatonit') || existsSync('/usr/bin/catatonit')

await realContract('Podman', await noPodman(), async () => {
  const service = await podmanService()
  return {
    socketPath: service.socketPath,
    way: 'oci',
    lacks: ['parse line', 'build cancel', 'memory kill', 'update', 'exec start', ...(init ? [] : ['init' as const])],
    close: () => service[Symbol.asyncDispose](),
  }
})
