import type Docker from 'dockerode'

import {containersOf, docker} from './engine-socket.ts'

/** Containers of backing services of a project: they come as images and outlive releases. */
export const servicesOf = async (project: string): Promise<Docker.ContainerInfo[]> =>
  (await containersOf(project)).filter(({Labels}) => Labels['imm.role'] === 'service')

/** Where a port that a backing service publishes answers on this machine. */
export const publishedBy = async (project: string, service: string, port: number): Promise<{origin: string}> => {
  const found = (await servicesOf(project)).find(({Labels}) => Labels['imm.app'] === service)
  const published = found?.Ports.find(({PrivatePort, PublicPort}) => PrivatePort === port && PublicPort)
  if (!published) throw new Error(`${service} publishes nothing: ${JSON.stringify(found?.Ports)}`)
  return {origin: `http://127.0.0.1:${published.PublicPort}`}
}

/** As if the machine had lost power: nothing is given time to end. Paused containers go, too. */
export const killAllOf = async (project: string): Promise<void> => {
  for (const {Id, State} of await containersOf(project))
    if (State === 'running' || State === 'paused') await docker().getContainer(Id).kill()
}
