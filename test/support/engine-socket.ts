import Docker from 'dockerode'

/** The engine that the tests use, seen past imm: what imm says is checked against it. */
export const docker = (): Docker => {
  const host = process.env['DOCKER_HOST']
  return host?.startsWith('unix://') ? new Docker({socketPath: host.slice('unix://'.length)}) : new Docker()
}

/** Containers of a project, sandboxes among them, running or not, as the engine has them. */
export const containersOf = async (project: string): Promise<Docker.ContainerInfo[]> =>
  docker().listContainers({all: true, filters: {label: [`imm.project=${project}`]}})

/** Those that run the application: without sandboxes. */
export const applicationsOf = async (project: string): Promise<Docker.ContainerInfo[]> =>
  (await containersOf(project)).filter(({Labels}) => Labels['imm.role'] === 'app')

/** Images of a project. */
export const imagesOf = async (project: string): Promise<Docker.ImageInfo[]> =>
  docker().listImages({filters: {label: [`imm.project=${project}`]}})
