import {stagesOf} from '../config/dockerfile.ts'
import {readDirectives} from './directives.ts'
import type {Value} from './expand.ts'
import {full, isFull, type Full} from './full.ts'
import {writtenInstructions, type Written} from './lines.ts'
import {mountedFrom} from './readers.ts'
import {expandGlobal, readGlobal} from './scope.ts'
import {wordsOf, type Words} from './words.ts'

export interface TailOptions {
  /** the Dockerfile's path in the context, for people and to see it change */
  dockerfile: string
  /** undefined: the last stage */
  target?: string | undefined
  args?: Readonly<Record<string, string>>
}

export interface Instruction extends Written {
  /** upper case */
  keyword: string
  /** undefined for what is quoted in a way that builders could read differently */
  words: Words | undefined
}

export interface Stage {
  /** for people: its name, or its position from 0 */
  name: string
  /** image it stands on; undefined for scratch and for a stage of the file */
  image: string | undefined
  /** stage of the file it stands on */
  parent: Stage | undefined
  /** without FROM */
  instructions: readonly Instruction[]
  line: number
}

export interface Stages {
  /** the built stage, after those that it stands on */
  chain: readonly Stage[]
  /** all that the build runs, the chain's included */
  reachable: ReadonlySet<Stage>
  global: ReadonlyMap<string, Value>
}

/** The stages that a build of the target runs; Full where that, or how the file is read, is not certain. */
export const readStages = (text: string, {dockerfile, target, args = {}}: TailOptions): Stages | Full => {
  const directives = readDirectives(text, dockerfile)
  if (directives !== undefined) return directives
  const parsed = parse(text, dockerfile)
  if (isFull(parsed)) return parsed
  const global = readGlobal(parsed.global, args)
  const stages: (Stage & {key: string | undefined})[] = []
  for (const [index, [from, ...instructions]] of parsed.stages.entries()) {
    const [image, as, name] = from?.words?.args ?? []
    const base = image === undefined ? undefined : expandGlobal(image, global)
    const line = from?.line ?? 1
    if (base === undefined || base === '' || (as !== undefined && as.toLowerCase() !== 'as'))
      return full(`${from?.text ?? 'FROM'} is not certain`, {dockerfile, line})
    const parent = stages.findLast(({key}) => key === base.toLowerCase())
    const key = name?.toLowerCase()
    if (key !== undefined && stages.some((stage) => stage.key === key))
      return full(`more than one stage is called ${name}`, {dockerfile, line})
    const external = parent === undefined && base.toLowerCase() !== 'scratch'
    stages.push({key, name: name ?? String(index), image: external ? base : undefined, parent, instructions, line})
  }
  const find = (name: string) =>
    stages.find(({key}) => key === name.toLowerCase()) ?? (/^\d+$/.test(name) ? stages[Number(name)] : undefined)
  const built = target === undefined ? stages.at(-1) : find(target)
  if (built === undefined) return full(target === undefined ? 'there is no stage' : `there is no stage ${target}`)
  const reachable = reach(built, stages, find)
  const trigger = triggered(reachable)
  if (trigger !== undefined) return full('ONBUILD acts in a later stage', {dockerfile, line: trigger.line})
  return {chain: chainOf(built), reachable, global}
}

const chainOf = (stage: Stage): Stage[] => (stage.parent ? [...chainOf(stage.parent), stage] : [stage])

const reach = (built: Stage, all: readonly Stage[], find: (name: string) => Stage | undefined): ReadonlySet<Stage> => {
  const reachable = new Set([built])
  // A set hands out what is added while it is walked.
  for (const stage of reachable) {
    if (stage.parent !== undefined) reachable.add(stage.parent)
    for (const {keyword, words, text} of stage.instructions) {
      if (keyword === 'RUN' || keyword === 'COPY' || keyword === 'ADD') {
        const flags = words?.flags.flatMap(({name, value}) => (name === 'from' ? value : []))
        const names =
          keyword === 'RUN' ? mountedFrom(words, text) : (flags ?? (text.includes('--from') ? undefined : []))
        // Which of them is not certain: all of them.
        if (names === undefined || names.some((name) => name.includes('$'))) for (const each of all) reachable.add(each)
        for (const name of names ?? []) {
          const found = find(name)
          if (found !== undefined) reachable.add(found)
        }
      }
    }
  }
  return reachable
}

const triggered = (reachable: ReadonlySet<Stage>): Instruction | undefined =>
  [...reachable].flatMap(({parent}) => parent?.instructions ?? []).find(({keyword}) => keyword === 'ONBUILD')

interface Parsed {
  global: string[]
  stages: Instruction[][]
}

const parse = (text: string, dockerfile: string): Parsed | Full => {
  const written = writtenInstructions(text)
  const lines = new Map(written?.map((each) => [each.line, each]))
  const {stages, global} = stagesOf(text)
  const all = [...global, ...stages.flatMap(({instructions}) => instructions)]
  const odd = all.find((each) => !lines.has(each.getRange().start.line + 1))
  if (written === undefined || odd !== undefined || all.length !== written.length)
    return full('builders could read this Dockerfile differently', {
      dockerfile,
      line: (odd?.getRange().start.line ?? 0) + 1,
    })
  const instructionsOf = (found: typeof all): Instruction[] =>
    found.flatMap((each) => {
      const one = lines.get(each.getRange().start.line + 1)
      return one === undefined ? [] : {...one, keyword: each.getKeyword(), words: wordsOf(one.text)}
    })
  const odder = instructionsOf(global).find(({keyword}) => keyword !== 'ARG')
  if (odder !== undefined) return full(`${odder.text} before FROM is not understood`, {dockerfile, line: odder.line})
  return {
    global: instructionsOf(global).map(({text: each}) => each),
    stages: stages.map(({instructions}) => instructionsOf([...instructions])),
  }
}
