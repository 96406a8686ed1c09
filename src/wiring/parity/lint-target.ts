import {createReadStream} from 'node:fs'
import path from 'node:path'

import {loadSettings} from '../../config/load.ts'
import {ImmError} from '../../errors.ts'
import type {Engine} from '../../lifecycle/ports.ts'
import {dependencyFile, readDependencies} from '../../parity/dependencies/dependencies.ts'
import {describeImage} from '../../parity/describe/describe.ts'
import {wantedFiles} from '../../parity/describe/wanted.ts'
import type {SideFacts} from '../../parity/facts.ts'
import type {ImageFacts} from '../../parity/image/image.ts'
import type {Inspect} from '../../parity/image/inspect.ts'
import {readImage} from '../../parity/image/read-image.ts'
import {writtenInstruction} from '../../parity/lint/instruction.ts'
import type {Place} from '../../parity/lint/layers.ts'
import {readRuntimes, runtimeFile} from '../../parity/runtimes/runtimes.ts'
import type {ScanTarget} from '../../parity/scanners/target.ts'
import {parseReference} from '../../parity/sides/reference.ts'
import {statePaths} from '../../state/paths.ts'
import {runBuild, type BuiltImage} from '../build.ts'
import {dockerfileOf} from '../dockerfile.ts'
import {openEngine} from '../engine.ts'
import type {LintOptions} from './lint.ts'

/** One side, with what lint needs to know beside its facts. */
export interface LintTarget {
  side: SideFacts
  image?: ImageFacts | undefined
  scannable?: ScanTarget | undefined
  /** where the project's Dockerfile has the instruction of each layer */
  places?: readonly (Place | undefined)[] | undefined
}

export const openLintSide = async (
  options: LintOptions,
  inspect: Inspect,
  signal: AbortSignal,
): Promise<LintTarget> => {
  if (options.side === undefined) return ofWorkingTree(options, inspect, signal)
  const reference = parseReference(options.side)
  switch (reference.kind) {
    case 'image':
      return ofEngine(options.side, reference.name, inspect, signal)
    case 'archive': {
      const file = path.resolve(options.directory, reference.file)
      const {image: reads, platform} = reference
      const image = await read(createReadStream(file), {inspect, choice: {name: reads, platform}}, signal)
      return {...describedAs(options.side, image), scannable: {archive: file}}
    }
    default:
      throw new ImmError('USAGE', `imm lint can't look at ${options.side}`)
  }
}

const ofWorkingTree = async (options: LintOptions, inspect: Inspect, signal: AbortSignal): Promise<LintTarget> => {
  const {directory, flags, onStep, onWarning} = options
  let built: BuiltImage | undefined
  const rest = {tags: [], fresh: false, verify: false, onStep, onWarning}
  await runBuild({directory, flags, ...rest, onBuilt: (image) => void (built = image)}, signal)
  const target = await ofEngine('.', built?.image.id ?? '', inspect, signal)
  const {settings} = await loadSettings({directory, flags, signal})
  const dockerfile = await dockerfileOf(settings, signal)
  const file = path.relative(directory, path.join(settings.build.context, settings.build.dockerfile))
  const places = target.image?.layers.map(({createdBy}): Place | undefined => {
    const line = createdBy === undefined ? undefined : dockerfile.locate(writtenInstruction(createdBy))
    return line === undefined ? undefined : {file, line}
  })
  return {...target, places}
}

const ofEngine = async (
  name: string,
  reference: string,
  inspect: Inspect,
  signal: AbortSignal,
): Promise<LintTarget> => {
  const {engine} = await openEngine(statePaths(), signal)
  const found = await engine.image(reference, signal)
  if (found === undefined) throw new ImmError('IMAGE_UNAVAILABLE', `the engine has no image ${reference}`)
  const image = await read(engine.archive(found, signal), {inspect}, signal)
  return {...describedAs(name, image), scannable: {image: found.id, env: addressOf(engine)}}
}

/** Scanners look where Docker's own command would; the engine that imm found may be another. */
const addressOf = ({facts: {endpoint}}: Engine): Record<string, string> =>
  process.env['DOCKER_HOST'] === undefined && endpoint.includes('://') ? {DOCKER_HOST: endpoint} : {}

const read = async (
  stream: AsyncIterable<Buffer>,
  options: Omit<Parameters<typeof readImage>[1], 'wanted'>,
  signal: AbortSignal,
): Promise<ImageFacts> => readImage(stream, {...options, wanted: wantedFiles(runtimeFile, dependencyFile)}, signal)

const describedAs = (name: string, facts: ImageFacts): {side: SideFacts; image: ImageFacts} => {
  const {image, gaps} = describeImage(facts, {runtimesOf: readRuntimes, dependenciesOf: readDependencies})
  return {side: {name, image, gaps}, image: facts}
}
