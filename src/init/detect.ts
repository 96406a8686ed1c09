import {ImmError} from '../errors.ts'
import {detectGo} from './go.ts'
import {detectNode} from './node.ts'
import type {Detect, Flavour, Plan} from './plan.ts'
import type {ProjectFiles} from './project-files.ts'
import {detectPython} from './python.ts'
import {detectRuby} from './ruby.ts'
import {detectStatic} from './static.ts'

const detectors: Readonly<Record<Flavour, Detect>> = {
  // A package.json beside another language is often only the tool of its front end, so Node comes after those.
  ruby: detectRuby,
  go: detectGo,
  python: detectPython,
  node: detectNode,
  static: detectStatic,
}

const marks =
  'package.json, requirements.txt, pyproject.toml, manage.py, go.mod, Gemfile, index.html (here or in public, www, site, dist, build, _site, docs, html)'

export interface Detection {
  plan: Plan
  /** flavours that would have been possible too */
  others: readonly Flavour[]
}

/** Finds out what a project is: the first flavour that can be started. LANGUAGE_UNKNOWN where none can, saying what was looked for. */
export const detect = async (
  files: ProjectFiles,
  wanted: Flavour | undefined,
  signal: AbortSignal,
): Promise<Detection> => {
  const plans: Plan[] = []
  for (const [flavour, look] of Object.entries(detectors)) {
    if (wanted !== undefined && wanted !== flavour) continue
    const plan = await look(files, signal, wanted === flavour)
    if (plan) plans.push(plan)
  }
  const possible = plans.filter(({missing}) => missing === undefined)
  const [plan = wanted === undefined ? undefined : plans[0], ...others] = possible
  if (plan) return {plan, others: others.map(({flavour}) => flavour)}
  throw new ImmError('LANGUAGE_UNKNOWN', whyUnknown(files, plans, wanted), next(files, wanted))
}

const whyUnknown = (files: ProjectFiles, plans: readonly Plan[], wanted: Flavour | undefined): string => {
  const reasons = plans.map(({missing}) => missing).join(' ')
  if (reasons !== '') return `${files.directory}: nothing to start was found. ${reasons}`
  if (wanted !== undefined)
    return `${files.directory} does not look like a project of the flavour ${wanted}: ${wantedMarks[wanted]}.`
  return `${files.directory}: none of the files that tell a language is there: ${marks}.`
}

const wantedMarks: Readonly<Record<Flavour, string>> = {
  node: 'there is no package.json',
  python: 'there is no requirements.txt, pyproject.toml or manage.py, and no main.py, app.py or the like',
  go: 'there is no go.mod',
  ruby: 'there is no Gemfile',
  static: 'there is no index.html, here or in public, www, site, dist, build, _site, docs or html',
}

const next = (files: ProjectFiles, wanted: Flavour | undefined): {next?: string} => {
  if (files.names.has('Dockerfile')) return {next: 'There is a Dockerfile already, and `imm dev` needs nothing else.'}
  return wanted === undefined ? {} : {next: `Run \`imm init\` where the project's files are, or add what is missing.`}
}
