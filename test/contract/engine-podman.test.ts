import {existsSync} from 'node:fs'

import {noPodman, podmanService} from './engine-podman.ts'
import {realContract} from './engine-real.ts'

// Debian only recommends catatonit, without which Podman has no init process for a container.
const init = existsSync('/usr/libexec/podman/catatonit') || existsSync('/usr/bin/catatonit')

// Nor a server of names for its networks; and its timers for checks are systemd's.
const names = existsSync('/usr/lib/podman/aardvark-dns') || existsSync('/usr/lib/cni/dnsname')
const schedule = existsSync('/run/systemd/system')

await realContract('Podman', await noPodman(), async () => {
  const service = await podmanService()
  return {
    socketPath: service.socketPath,
    way: 'oci',
    lacks: [
      'parse line',
      'build cancel',
      'memory kill',
      'update',
      'exec start',
      ...(init ? [] : ['init' as const]),
      ...(names ? [] : ['names' as const]),
      ...(schedule ? [] : ['check schedule' as const]),
    ],
    close: () => service[Symbol.asyncDispose](),
  }
})
