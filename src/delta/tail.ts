import {readCopy, readSource, type Copy, type Opaque} from './copy.ts'
import {isFull, type Full} from './full.ts'
import {absolute, partsOf} from './paths.ts'
import {readMounts, type Reader} from './readers.ts'
import {createScope, readPairs, type Scope, type Underneath} from './scope.ts'
import {readStages, type Instruction, type Stage, type TailOptions} from './stages.ts'
import {shown} from './words.ts'

export type {TailOptions} from './stages.ts'

/** A step of the tail that makes a layer. WORKDIR makes a directory where there is none. */
export type Step = Copy | Opaque | {kind: 'workdir'; line: number; dest: string}

/**
 * What a Dockerfile does with the context last, when nothing runs any more: its effect on the image is known without running it.
 * Holds for one text, target, set of arguments and base; cheap to keep.
 */
export interface Tail {
  kind: 'tail'
  /** the Dockerfile's path in the context */
  dockerfile: string
  /** image that the built stage, or the first that it stands on, begins with; undefined for scratch */
  base: string | undefined
  /** images that any stage of the build begins with: an ONBUILD of theirs could read the context */
  bases: readonly string[]
  /** nothing comes between `base` and the tail */
  whole: boolean
  /** layers that the tail makes: those of the image without these are what it stands on */
  above: number
  steps: readonly Step[]
  /** what reads the context before the tail or in other stages: a change that they see needs a full build */
  readers: readonly Reader[]
}

const metadata = new Set(
  'ENV LABEL EXPOSE CMD ENTRYPOINT USER VOLUME HEALTHCHECK STOPSIGNAL SHELL MAINTAINER ARG ONBUILD'.split(' '),
)

/**
 * Reads the tail of a Dockerfile. `anchor`: the image that a full build of it made; undefined: not known, for an estimate (then nothing
 * is taken to be set underneath). Full where nothing of the file can be trusted.
 */
export const readTail = (text: string, options: TailOptions, anchor: Underneath | undefined): Tail | Full => {
  const stages = readStages(text, options)
  if (isFull(stages)) return stages
  const {chain, reachable, global} = stages
  const {dockerfile, args = {}} = options
  const instructions = chain.flatMap((stage) => stage.instructions)
  const [first] = chain
  const bottom = {workingDir: '/', env: {}}
  const scope = createScope({
    args,
    global,
    underneath: first?.image === undefined ? bottom : (anchor ?? bottom),
    envNames: envNamesOf(instructions),
    workdirs: first?.image !== undefined && anchor !== undefined && instructions.some(isWorkdir),
  })
  const effects = chain.flatMap((stage, index) => {
    if (index > 0) scope.nextStage()
    return stage.instructions.map((instruction) => ({instruction, stage, effect: effectOf(instruction, scope)}))
  })
  const start = effects.findLastIndex(({effect}) => typeof effect === 'string') + 1
  const steps = effects.slice(start).flatMap(({effect}) => (typeof effect === 'object' ? effect : []))
  const before = effects.slice(0, start).flatMap((each, index) => {
    const blocker = effects.slice(index).find(({effect}) => typeof effect === 'string') ?? each
    return readerOf(each.instruction, reasonOf(each.instruction, blocker.instruction, blocker.effect))
  })
  const others = [...reachable]
    .filter((stage) => !chain.includes(stage))
    .flatMap((stage) => stage.instructions.flatMap((each) => readerOf(each, elsewhere(each, stage))))
  return {
    kind: 'tail',
    dockerfile,
    base: first?.image,
    bases: [...new Set([...reachable].flatMap(({image}) => image ?? []))],
    whole: start === 0,
    above: steps.filter(({kind, dest}) => kind !== 'workdir' || dest !== '/').length,
    steps,
    readers: [...before, ...others],
  }
}

/** What an instruction does to the image; undefined: nothing to its files; a string: why that can't be known. */
const effectOf = (instruction: Instruction, scope: Scope): Step | string | undefined => {
  const {keyword, words, text, line} = instruction
  const copied =
    keyword === 'COPY' || keyword === 'ADD' ? readCopy(words, scope, {...instruction, text: shown(text)}) : ''
  scope.read(words, text)
  if (copied !== '') return copied
  if (metadata.has(keyword)) return undefined
  if (keyword !== 'WORKDIR') return keyword === 'RUN' ? 'it runs' : 'it is not understood'
  return scope.workingDir === undefined
    ? 'the working directory is not certain'
    : {kind: 'workdir', line, dest: absolute(partsOf(scope.workingDir))}
}

const isWorkdir = ({keyword}: Instruction) => keyword === 'WORKDIR'

const envNamesOf = (instructions: readonly Instruction[]): ReadonlySet<string> | undefined => {
  const pairs = instructions
    .filter(({keyword}) => keyword === 'ENV')
    .map(({text}) => readPairs(text.slice('ENV'.length).trim()))
  return pairs.every((each) => each !== undefined) ? new Set(pairs.flat().map(([name]) => name)) : undefined
}

const reasonOf = (reader: Instruction, blocker: Instruction, effect: unknown): Reader['reason'] => {
  const {line, text} = blocker
  if (blocker.keyword === 'RUN') return {line, text: `${shown(text)} could read {}`}
  if (blocker === reader) return {line, text: `${shown(text)} reads {}, and ${String(effect)}`}
  return {line: reader.line, text: `${shown(reader.text)} reads {}, and ${shown(text)} follows: ${String(effect)}`}
}

const elsewhere = ({line, text}: Instruction, {name}: Stage): Reader['reason'] => ({
  line,
  text: `${shown(text)} reads {} for stage ${name}`,
})

const readerOf = ({keyword, words, text, line, heredocs}: Instruction, reason: Reader['reason']): Reader[] => {
  const reader = {line, text: shown(text), parents: false, reason}
  if (keyword === 'RUN') {
    const sources = readMounts(words, text)
    return sources === undefined ? [] : [{...reader, sources: sources === 'all' ? undefined : sources}]
  }
  if (keyword !== 'COPY' && keyword !== 'ADD')
    return metadata.has(keyword) || keyword === 'WORKDIR' ? [] : [{...reader, sources: undefined}]
  if (words?.flags.some(({name}) => name === 'from')) return []
  const names = (words?.args ?? [])
    .slice(0, -1)
    .filter((name) => !(heredocs.length > 0 && name.includes('<<')) && !/^https?:\/\//.test(name))
  const sources = names.map((name) => (name.includes('$') || name.includes('**') ? undefined : readSource(name)))
  const certain = words !== undefined && sources.every((source) => source !== undefined)
  return [{...reader, sources: certain ? sources : undefined, parents: words?.flags.length !== 0}]
}
