import path from 'node:path'

import {Flags} from '@oclif/core'

import type {Where} from '../wiring/identify.ts'

/** Which environment of which project a command means. */
export const environmentFlags = {
  environment: Flags.string({char: 'e', default: 'main', description: 'Environment that is meant.'}),
  project: Flags.string({description: 'Project, where it is not the one of the current directory.'}),
}

export const whereOf = (flags: {environment: string; project?: string | undefined}): Where => ({
  directory: path.resolve('.'),
  environment: flags.environment,
  flags: {project: flags.project},
})
