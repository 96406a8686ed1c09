import {readFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'

import type {Plan} from './plan.ts'
import {render, type TemplateValues} from './render.ts'

// The package's top level, seen from src/init as well as from dist/init.
const templates = fileURLToPath(new URL('../../templates/', import.meta.url))

export const projectFileNames = ['Dockerfile', '.dockerignore', 'imm.yaml'] as const
export type ProjectFileName = (typeof projectFileNames)[number]

/** A file's text, made from the flavour's template. */
export const renderFile = async (
  name: ProjectFileName,
  plan: Plan,
  values: TemplateValues,
  signal: AbortSignal,
): Promise<string> => {
  const template = {
    Dockerfile: `${plan.flavour}/${plan.dockerfile}`,
    // Without its dot: a file of that name would rule what is packed into imm's own images.
    '.dockerignore': `${plan.flavour}/dockerignore`,
    'imm.yaml': 'imm.yaml',
  }[name]
  return renderTemplate(template, {...plan.values, ...values}, signal)
}

/** `template`: its path below templates/ */
export const renderTemplate = async (template: string, values: TemplateValues, signal: AbortSignal): Promise<string> =>
  render(await readFile(templates + template, {encoding: 'utf8', signal}), values)
