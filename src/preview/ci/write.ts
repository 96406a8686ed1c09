import path from 'node:path'

import {commentBody, summary} from './comment.ts'
import {addTo, putFile} from './files.ts'
import {mergeRequestOf} from './merge-request.ts'
import {dotenv, githubOutput, outputsOf, properties} from './outputs.ts'
import {postComment, type Posted} from './post.ts'
import type {CiResult} from './result.ts'
import {ciDirectory, ciSystem, type CiSystem, type Environment} from './system.ts'

export interface WrittenCi {
  /** undefined: none that is known; the files are written all the same */
  system: CiSystem | undefined
  /** absolute */
  files: readonly string[]
  /** undefined: there is no pull request, or no IMM_COMMENT_TOKEN to write a comment with */
  comment: Posted | undefined
  warnings: readonly string[]
}

/**
 * Tells a pipeline about a preview: the comment as a file and, with IMM_COMMENT_TOKEN, at the pull request; outputs and summary in the way
 * of GitHub Actions, GitLab CI or Jenkins. What can't be commented is a warning: the preview is there.
 */
export const writeCi = async (result: CiResult, env: Environment, signal: AbortSignal): Promise<WrittenCi> => {
  const system = ciSystem(env)
  const directory = path.resolve(ciDirectory(system, env))
  const body = commentBody(result)
  const comment = path.join(directory, 'imm-preview.md')
  await putFile(comment, body, signal)
  const outputs = new Map([...outputsOf(result), ['comment', comment]])
  const files = [comment, ...(await writeOutputs(system, outputs, directory, env, signal))]
  const summaryFile = system === 'github' ? env['GITHUB_STEP_SUMMARY'] : undefined
  if (summaryFile) await addTo(summaryFile, summary(result), signal)
  const {comment: posted, warnings} = await post(system, env, body, signal)
  return {system, files, comment: posted, warnings: [...noSystem(system, env, files), ...warnings]}
}

/** Who asked for the directory knows what comes there. */
const noSystem = (system: CiSystem | undefined, env: Environment, files: readonly string[]): string[] =>
  system === undefined && !env['IMM_CI_DIRECTORY']
    ? [
        `this is no job of GitHub Actions, GitLab CI or Jenkins that imm knows: nothing is commented, and ${files.join(' and ')} say what would be told there`,
      ]
    : []

const writeOutputs = async (
  system: CiSystem | undefined,
  outputs: ReadonlyMap<string, string>,
  directory: string,
  env: Environment,
  signal: AbortSignal,
): Promise<string[]> => {
  if (system === 'github') {
    const file = env['GITHUB_OUTPUT']
    if (file) await addTo(file, githubOutput(outputs), signal)
    return []
  }
  const [name, content] =
    system === 'jenkins' ? ['imm-preview.properties', properties(outputs)] : ['imm-preview.env', dotenv(outputs)]
  const file = path.join(directory, name)
  await putFile(file, content, signal)
  return [file]
}

const post = async (
  system: CiSystem | undefined,
  env: Environment,
  body: string,
  signal: AbortSignal,
): Promise<Pick<WrittenCi, 'comment' | 'warnings'>> => {
  const token = env['IMM_COMMENT_TOKEN']
  const request = mergeRequestOf(system, env)
  if (!token || request === undefined) return {comment: undefined, warnings: []}
  try {
    return {comment: await postComment(request, body, token, signal), warnings: []}
  } catch (error) {
    signal.throwIfAborted()
    return {comment: undefined, warnings: [`the comment was not written: ${whyOf(error)}`]}
  }
}

/** Of a connection that fails fetch says only that it failed; the reason is below. */
const whyOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
