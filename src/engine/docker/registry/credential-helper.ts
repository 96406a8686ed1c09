import {z} from 'zod'

const answerSchema = z.object({Username: z.string(), Secret: z.string()})

/** A helper may ask the system's key ring, and that its owner. */
const timeoutMs = 60_000

/** What a credential helper answers where it has nothing (docker-credential-helpers, credentials/error.go). */
const notFound = 'credentials not found in native keychain'

export type HelperAnswer = {username: string; secret: string} | {secret?: undefined} | {problem: string}

/** Asks `docker-credential-<name> get`, which reads the registry's address and answers with JSON. */
export const askHelper = async (
  name: string,
  server: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<HelperAnswer> => {
  const program = `docker-credential-${name}`
  const {execa} = await import('execa')
  const {exitCode, stdout, failed} = await execa(program, ['get'], {
    input: server,
    env,
    extendEnv: false,
    cancelSignal: signal,
    timeout: timeoutMs,
    reject: false,
  })
  signal.throwIfAborted()
  if (failed) {
    if (typeof stdout === 'string' && stdout.includes(notFound)) return {}
    // Its output may hold what nobody is to see.
    return {
      problem: exitCode === undefined ? `${program} can't be started` : `${program} ended with exit code ${exitCode}`,
    }
  }
  const answer = answerSchema.safeParse(parsed(stdout))
  return answer.success
    ? {username: answer.data.Username, secret: answer.data.Secret}
    : {problem: `${program} answered with something else than credentials`}
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
