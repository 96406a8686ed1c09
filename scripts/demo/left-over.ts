import type {Endpoint} from '../setup/endpoint.ts'
import {callEngine} from '../setup/engine-api.ts'

/** What the engine still has of a project: containers, images, volumes, networks. Empty after an orderly end. */
export const leftOver = async (engine: Endpoint, project: string, signal: AbortSignal): Promise<string[]> => {
  const filters = encodeURIComponent(JSON.stringify({label: [`imm.project=${project}`]}))
  const list = async (path: string) =>
    JSON.parse((await callEngine(engine, {method: 'GET', path}, signal)).body) as unknown
  const [containers, images, volumes, networks] = (await Promise.all([
    list(`/containers/json?all=1&filters=${filters}`),
    list(`/images/json?filters=${filters}`),
    list(`/volumes?filters=${filters}`),
    list(`/networks?filters=${filters}`),
  ])) as [
    {Names: string[]}[],
    {Id: string; RepoTags: string[] | null}[],
    {Volumes: {Name: string}[] | null},
    {Name: string}[],
  ]
  return [
    ...containers.map(({Names}) => `container ${Names[0]}`),
    ...images.map(({Id, RepoTags}) => `image ${RepoTags?.[0] ?? Id}`),
    ...(volumes.Volumes ?? []).map(({Name}) => `volume ${Name}`),
    ...networks.map(({Name}) => `network ${Name}`),
  ]
}
