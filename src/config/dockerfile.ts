import {DockerfileParser} from 'dockerfile-ast'
import type {Arg, Env, From, Instruction} from 'dockerfile-ast'

import {ImmError} from '../errors.ts'
import {expandVariables} from './expand.ts'

/** What imm wants to know of a Dockerfile before the engine reads it. Its mistakes are the engine's to report. */
export interface DockerfileFacts {
  /** TCP ports that the built stage exposes, with those of the stages it stands on in this file; ascending */
  ports: readonly number[]
  stages: readonly Stage[]
}

export interface Stage {
  /** lower case, as builders compare them; undefined for one without a name */
  name: string | undefined
  /** image or earlier stage that it stands on */
  base: string
  /** the earlier stage that `base` names */
  parent: Stage | undefined
  /** FROM and what follows it */
  instructions: readonly Instruction[]
}

export interface DockerfileOptions {
  /** stage to build, by name or position; undefined: the last */
  target?: string | undefined
  /** build arguments */
  args?: Readonly<Record<string, string>>
}

/** Reads a Dockerfile. DOCKERFILE_INVALID where it has no instruction. A target that is missing counts as the last stage: see findStage. */
export const readDockerfile = (text: string, {target, args = {}}: DockerfileOptions = {}): DockerfileFacts => {
  const {stages, global} = stagesOf(text)
  if (stages.length + global.length === 0)
    throw new ImmError('DOCKERFILE_INVALID', 'The Dockerfile is empty.', {
      next: 'Begin it with FROM, or let `imm init` write one.',
    })
  const built = (target === undefined ? undefined : findStage(stages, target)) ?? stages.at(-1)
  return {ports: built ? portsOf(built, global, args) : [], stages}
}

/** A stage by its name, in any case, or by its position from 0; undefined where there is none. */
export const findStage = (stages: readonly Stage[], name: string): Stage | undefined =>
  stages.find((stage) => stage.name === name.toLowerCase()) ?? (/^\d+$/.test(name) ? stages[Number(name)] : undefined)

/** Stages in their order, and the ARGs before the first of them. */
export const stagesOf = (text: string): {stages: Stage[]; global: Instruction[]} => {
  const all = DockerfileParser.parse(text.replace(/^\uFEFF/, '')).getInstructions()
  const stages: Stage[] = []
  const global: Instruction[] = []
  let current: Instruction[] = global
  for (const instruction of all) {
    if (instruction.getKeyword() === 'FROM') {
      const from = instruction as From
      const base = from.getImage() ?? ''
      current = []
      stages.push({
        name: from.getBuildStage()?.toLowerCase(),
        base,
        parent: findParent(stages, base),
        instructions: current,
      })
    }
    current.push(instruction)
  }
  return {stages, global}
}

const findParent = (stages: readonly Stage[], base: string): Stage | undefined =>
  stages.findLast(({name}) => name !== undefined && name === base.toLowerCase())

const portsOf = (stage: Stage, global: readonly Instruction[], args: Readonly<Record<string, string>>): number[] => {
  const defaults = new Map<string, string>()
  for (const instruction of global)
    if (instruction.getKeyword() === 'ARG') declare(instruction as Arg, defaults, new Map(), args)
  const ports = new Set<number>()
  const environment = new Map<string, string>()
  for (const {instructions} of lineage(stage)) {
    // An ARG ends with its stage, an ENV goes on into those that stand on it; where both have a name, ENV wins.
    const declared = new Map<string, string>()
    for (const instruction of instructions) {
      const value = (name: string) => environment.get(name) ?? declared.get(name)
      if (instruction.getKeyword() === 'ARG') declare(instruction as Arg, declared, defaults, args)
      if (instruction.getKeyword() === 'ENV')
        for (const property of (instruction as Env).getProperties())
          environment.set(property.getName(), expandVariables(property.getValue() ?? '', value))
      if (instruction.getKeyword() === 'EXPOSE')
        for (const argument of expandVariables(instruction.getArgumentsContent() ?? '', value).split(/\s+/))
          for (const port of portRange(argument)) ports.add(port)
    }
  }
  return [...ports].toSorted((a, b) => a - b)
}

const lineage = (stage: Stage): Stage[] => (stage.parent ? [...lineage(stage.parent), stage] : [stage])

const declare = (
  instruction: Arg,
  declared: Map<string, string>,
  defaults: ReadonlyMap<string, string>,
  args: Readonly<Record<string, string>>,
): void => {
  const property = instruction.getProperty()
  if (!property) return
  const name = property.getName()
  const own = property.getValue()
  const value =
    args[name] ??
    (own === null ? defaults.get(name) : expandVariables(own, (other) => declared.get(other) ?? defaults.get(other)))
  if (value !== undefined) declared.set(name, value)
}

const portRange = (argument: string): number[] => {
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/tcp)?$/i.exec(argument.replaceAll(/["']/g, '')) ?? []
  if (first === undefined || Number(last) > 65_535) return []
  return Array.from({length: Math.max(0, Number(last) - Number(first) + 1)}, (_, index) => Number(first) + index)
}
