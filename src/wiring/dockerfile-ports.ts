import {readFile} from 'node:fs/promises'
import path from 'node:path'

import type {Model} from '../compose/model.ts'
import type {Build} from '../compose/translate/build.ts'
import {effectiveBuild} from '../compose/translate/sort-out.ts'
import {readDockerfile} from '../config/dockerfile.ts'

/** TCP ports that the Dockerfiles of built services expose. One that can't be read exposes nothing: the build says so. */
export const dockerfilePorts = async (model: Model, signal: AbortSignal): Promise<Map<string, readonly number[]>> => {
  const ports = new Map<string, readonly number[]>()
  for (const name of Object.keys(model.services)) {
    const build = effectiveBuild(name, {model})
    const text = build && (await textOf(build, signal))
    if (text === undefined || build === undefined) continue
    const args = Object.fromEntries(
      Object.entries(build.args ?? {}).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
    )
    ports.set(name, readDockerfile(text, {target: build.target, args}).ports)
  }
  return ports
}

const textOf = async (
  {context, dockerfile = 'Dockerfile', dockerfile_inline: inline}: Build,
  signal: AbortSignal,
): Promise<string | undefined> => {
  if (inline !== undefined) return inline
  try {
    return await readFile(path.resolve(context, dockerfile), {encoding: 'utf8', signal})
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}
