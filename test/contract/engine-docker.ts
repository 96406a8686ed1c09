import {access} from 'node:fs/promises'

export const dockerSocket = '/var/run/docker.sock'

export const noDocker = (): Promise<string | undefined> =>
  access(dockerSocket).then(
    () => undefined,
    () => `there is no ${dockerSocket}`,
  )
