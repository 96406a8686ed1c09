import {ImmError} from '../../errors.ts'
import type {FailedStep} from './steps.ts'
import {exitCodeIn, parseErrorIn, saysDiskFull} from './translate-errors.ts'

export interface BuildFailure {
  /** the engine's own */
  words: string
  /** of a RUN, where the engine tells it apart from its words */
  exitCode?: number | undefined
}

/** Why a build failed: decided by the step that did, not by the engine's words. */
export const buildError = (failure: BuildFailure, step: FailedStep | undefined, dockerfile: string): ImmError => {
  const {words} = failure
  if (saysDiskFull(words)) return new ImmError('ENGINE_DISK_FULL', `the engine's disk is full: ${words}`)
  if (!step) return dockerfileError(words, dockerfile)
  const base = baseImage(step.name)
  if (base !== undefined)
    return new ImmError(
      'BASE_IMAGE_MISSING',
      `the base image ${base} is not on this machine and can't be fetched: ${words}`,
      {
        next: `Check the name ${base} and that its registry can be reached; \`docker pull ${base}\` shows more.`,
        step: step.name,
      },
    )
  const instruction = instructionOf(step.name)
  const code = failure.exitCode ?? exitCodeIn(words)
  if (!instructions.has(instruction.split(/\s/)[0]?.toUpperCase() ?? ''))
    // Podman reads a Dockerfile as it goes, and meets the unknown instruction as a step.
    return isNumbered(step.name)
      ? new ImmError('DOCKERFILE_INVALID', `${dockerfile}: unknown instruction: ${short(instruction)}`, {
          step: step.name,
        })
      : new ImmError('BUILD_FAILED', `${step.name}: ${words}`, {output: step.output, step: step.name})
  const how = code === undefined ? `failed: ${words}` : `failed with exit code ${code}`
  const next = copiesContext(instruction) ? missingSource : undefined
  return new ImmError('BUILD_FAILED', `${short(instruction)} ${how}`, {output: step.output, step: step.name, next})
}

const dockerfileError = (words: string, dockerfile: string): ImmError => {
  const parsed = parseErrorIn(words)
  return new ImmError(
    'DOCKERFILE_INVALID',
    parsed
      ? `${dockerfile}:${parsed.line}: ${parsed.cause}`
      : `${dockerfile}: ${words.replace(/^failed to solve.*definition: /, '')}`,
  )
}

/** The image whose absence a failed step is about. */
const baseImage = (step: string): string | undefined => {
  const match =
    /^\[internal\] load metadata for (\S+)/.exec(step) ??
    /^resolve image config for (?:docker-image:\/\/)?(\S+)/.exec(step) ??
    /^\[[^\]]*\] FROM (?:--\S+ )*(\S+)/i.exec(step)
  return match?.[1]?.replace(/^docker\.io\/(?:library\/)?/, '')
}

const missingSource =
  'Check that what it copies is in the build context, spelled so, and not left out by .dockerignore; then save.'

const copiesContext = (instruction: string): boolean => /^(?:COPY|ADD)\s(?!.*--from=)/i.test(instruction)

const isNumbered = (step: string): boolean => /^\[[^\]]*\d+\/\d+\] /.test(step)
const instructionOf = (step: string): string => step.replace(/^\[[^\]]*\] /, '')

// A here-document or a long chain would bury the cause that follows it.
const short = (text: string): string => {
  const [line = ''] = text.split('\n')
  return line.length > 120 ? `${line.slice(0, 117)}...` : line
}

// Dockerfile reference, https://docs.docker.com/reference/dockerfile/
const instructions = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
)
