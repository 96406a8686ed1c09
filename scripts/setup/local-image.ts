import type {Endpoint} from './endpoint.ts'
import {callEngine, engineError} from './engine-api.ts'
import {packRootfs, type Rootfs} from './rootfs.ts'
import {SetupError} from './setup-error.ts'

export const hasImage = async (engine: Endpoint, reference: string, signal: AbortSignal): Promise<boolean> =>
  (await callEngine(engine, {method: 'GET', path: `/images/${reference}/json`}, signal)).status === 200

/** Makes an image out of a tree: one layer, no build. */
export const importImage = async (
  engine: Endpoint,
  reference: string,
  rootfs: Rootfs,
  signal: AbortSignal,
): Promise<void> => {
  const [repo = '', tag = ''] = reference.split(':')
  const query = new URLSearchParams({fromSrc: '-', repo, tag})
  for (const change of rootfs.changes) query.append('changes', change)
  const answer = await callEngine(
    engine,
    {method: 'POST', path: `/images/create?${query.toString()}`, body: packRootfs(rootfs)},
    signal,
  )
  const error = engineError(answer)
  if (error) throw new SetupError([`the engine could not import the base image ${reference}: ${error}`])
}

/** Makes an image of a Dockerfile alone, which copies nothing. */
export const buildImage = async (
  engine: Endpoint,
  reference: string,
  dockerfile: string,
  signal: AbortSignal,
): Promise<void> => {
  const body = packRootfs({entries: [{kind: 'text', path: '/Dockerfile', text: dockerfile}], changes: []})
  const answer = await callEngine(engine, {method: 'POST', path: `/build?t=${reference}`, body}, signal)
  const error = engineError(answer)
  if (error) throw new SetupError([`the engine could not build the image ${reference}: ${error}`])
}

export const tagImage = async (
  engine: Endpoint,
  reference: string,
  tag: string,
  signal: AbortSignal,
): Promise<void> => {
  const [repo = ''] = reference.split(':')
  const answer = await callEngine(
    engine,
    {method: 'POST', path: `/images/${reference}/tag?repo=${repo}&tag=${tag}`},
    signal,
  )
  const error = engineError(answer)
  if (error) throw new SetupError([`the engine could not tag ${reference}: ${error}`])
}

/** Takes away what earlier versions of a base image are called; the engine keeps what is still in use. */
export const forgetOthers = async (engine: Endpoint, keep: string, signal: AbortSignal): Promise<void> => {
  const [repo = ''] = keep.split(':')
  const filters = encodeURIComponent(JSON.stringify({reference: [`${repo}:*`]}))
  const {body} = await callEngine(engine, {method: 'GET', path: `/images/json?filters=${filters}`}, signal)
  const names = (JSON.parse(body) as {RepoTags: string[] | null}[]).flatMap((image) => image.RepoTags ?? [])
  for (const name of names)
    if (name !== keep && !name.endsWith(':local'))
      await callEngine(engine, {method: 'DELETE', path: `/images/${name}`}, signal)
}
