import path from 'node:path'

import {Flags} from '@oclif/core'

import type {Where} from '../wiring/identify.ts'

/** Which environment of which project a command means. */
export const environmentFlags = {
  environment: Flags.string({char: 'e', default: 'main', description: 'Environment that is meant.'}),
  project: Flags.string({description: 'Project, where it is not the one of the current directory.'}),
}

/** And which app of it. */
export const appFlags = {
  ...environmentFlags,
  app: Flags.string({description: 'App that is meant, where the environment has several.'}),
}

export const whereOf = (flags: {
  environment: string
  project?: string | undefined
  app?: string | undefined
}): Where => ({
  directory: path.resolve('.'),
  environment: flags.environment,
  flags: {project: flags.project},
  app: flags.app,
})
