import type {Readable} from 'node:stream'

import {containersOf, docker, imagesOf} from './engine-socket.ts'
import {streamHas} from './find-text.ts'

/** Where in all that an engine keeps of a project a text is: definitions, output, file systems and layers. Mounts are no part of it. */
export const placesInEngine = async (project: string, text: string): Promise<string[]> => {
  const engine = docker()
  const places: string[] = []
  const look = (place: string, content: unknown) => {
    if (JSON.stringify(content).includes(text)) places.push(place)
  }
  const stream = async (place: string, content: NodeJS.ReadableStream) => {
    if (await streamHas(content as Readable, text)) places.push(place)
  }
  for (const {Id, Names} of await containersOf(project)) {
    const [container, name] = [engine.getContainer(Id), Names.join()]
    const details = await container.inspect()
    look(`inspect of ${name}`, details)
    // What never prints anything, its output is not kept.
    if (details.HostConfig.LogConfig?.Type !== 'none')
      look(`output of ${name}`, (await container.logs({stdout: true, stderr: true})).toString('utf8'))
    await stream(`file system of ${name}`, await container.export())
    if (details.State.Running && !details.State.Paused) look(`processes of ${name}`, await container.top())
  }
  for (const {Id, RepoTags} of await imagesOf(project)) {
    const [image, name] = [engine.getImage(Id), RepoTags?.join() ?? Id]
    look(`inspect of ${name}`, await image.inspect())
    look(`history of ${name}`, await image.history())
    await stream(`layers of ${name}`, await image.get())
  }
  return places
}
