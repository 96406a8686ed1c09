import type Docker from 'dockerode'

import type {InstanceSpec} from '../../lifecycle/ports.ts'
import {call} from './call.ts'
import type {Client} from './client.ts'
import {statusOf} from './translate-errors.ts'

const never = new AbortController().signal

/**
 * Creates a container and resolves with its id; `options` is told whether it gets an init process. Not given a signal: a create that is cut
 * off may still succeed, and then nobody would know the container to remove.
 */
export const createContainer = async (
  {docker, libpod}: Client,
  {name, options: {platform} = {}}: Pick<InstanceSpec, 'name' | 'options'>,
  options: (init: boolean) => Docker.ContainerCreateOptions,
): Promise<string> => {
  const query = {name, ...(platform === undefined ? {} : {platform})}
  const post = async (init: boolean) => {
    // dockerode puts every option into the query too (secrets of the environment in a URL), unless query and body come apart.
    const {id} = await docker.createContainer({_query: query, _body: options(init)} as Docker.ContainerCreateOptions)
    return id
  }
  const doing = `creating container ${name}`
  try {
    return await call(doing, never, () => post(true))
  } catch (error) {
    // Podman refuses an init process where catatonit is not installed (Debian only recommends it).
    if (!libpod || statusOf(error) !== 500) throw error
    return call(doing, never, () => post(false))
  }
}
