import {hash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import path from 'node:path'

import {locateInstruction} from '../config/dockerfile-step.ts'
import {readDockerfile} from '../config/dockerfile.ts'
import {effectiveDockerfile, mountsSecrets} from '../config/effective-dockerfile.ts'
import type {Settings} from '../config/settings.ts'
import type {Dockerfile} from '../lifecycle/world.ts'
import {layoutOf} from './layout.ts'

export interface DockerfileText {
  /** as somebody wrote it */
  written: string
  /** as it is built */
  built: string
}

export const dockerfileText = async (
  {build, user}: Pick<Settings, 'build' | 'user'>,
  signal: AbortSignal,
): Promise<DockerfileText> => {
  const written =
    build.inline ?? (await readFile(path.join(build.context, build.dockerfile), {encoding: 'utf8', signal}))
  return {written, built: effectiveDockerfile(written, build, user)}
}

export const dockerfileOf = async (settings: Settings, signal: AbortSignal): Promise<Dockerfile> => {
  const {build} = settings
  const {written, built} = await dockerfileText(settings, signal)
  // Each of the copies is a line, and the last ends with a newline.
  const lines = built.split('\n').length - (build.copies?.length ? build.copies.length + 1 : 0)
  return {
    hash: build.inline === undefined ? hash('sha256', written) : undefined,
    text: build.inline === undefined && built === written ? undefined : built,
    wantsSecrets: mountsSecrets(built),
    exposedPorts: readDockerfile(built, build).ports,
    locate(step) {
      const line = locateInstruction(built, step)
      // What imm put below it is on no line that anybody can open.
      return line === undefined || line > lines ? undefined : line
    },
    layout: (anchor) => layoutOf(built, build, anchor),
  }
}
