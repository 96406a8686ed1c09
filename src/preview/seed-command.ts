import {ImmError} from '../errors.ts'

export interface SeedCommand {
  /** as people name it */
  volume: string
  command: readonly string[]
  /** where it runs, absolute */
  directory: string
  /** beside imm's own environment */
  env: Readonly<Record<string, string>>
}

const lastBytes = 4000
const graceMs = 1000

/** What a program prints, as it prints it. SEED_FAILED, instead of an end, where it fails; who stops reading ends it. */
export async function* printedBy(
  {volume, command: [program = '', ...words], directory, env}: SeedCommand,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  const {execa} = await import('execa')
  const over = new AbortController()
  const child = execa(program, words, {
    cwd: directory,
    env,
    stdin: 'ignore',
    encoding: 'buffer',
    buffer: false,
    reject: false,
    cancelSignal: AbortSignal.any([signal, over.signal]),
    forceKillAfterDelay: graceMs,
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-lastBytes)))
  try {
    for await (const chunk of child.stdout) yield chunk as Buffer
    const end = await child
    signal.throwIfAborted()
    if (end.failed)
      throw new ImmError('SEED_FAILED', `the command that volume ${volume} is filled by ${whyOf(end)}`, {
        output: said.split('\n').filter(Boolean),
      })
  } finally {
    over.abort()
    await child
  }
}

interface End {
  exitCode?: number | undefined
  signal?: string | undefined
  originalMessage?: string | undefined
}

const whyOf = ({exitCode, signal, originalMessage}: End): string => {
  if (exitCode !== undefined) return `ended with exit code ${exitCode}`
  return signal === undefined
    ? `could not be started: ${originalMessage ?? 'no reason given'}`
    : `was ended by ${signal}`
}
