import type {ExecRequest} from '../../../src/lifecycle/ports.ts'

export const hasCommand = (name: string | undefined): boolean =>
  name !== undefined && ['echo', 'false', 'cat', 'sh'].includes(name)

/** The few commands that containers of the memory engine know; resolves to the exit code. */
export const runCommand = async (request: ExecRequest): Promise<number> => {
  const {command, stdin, terminal} = request
  const [name, ...rest] = command
  switch (name) {
    case 'echo':
      await request.onOutput('stdout', Buffer.from(`${rest.join(' ')}\n`))
      return 0
    case 'false':
      return 1
    case 'cat':
      if (stdin) for await (const chunk of stdin) await request.onOutput('stdout', chunk as Buffer)
      return 0
    case 'sh':
      return script(rest.at(-1) ?? '', terminal !== undefined, request)
    case undefined:
    default:
      throw new Error(`there is no ${name}`)
  }
}

/** `test -t 0`, `echo text >&2` and `exit 3`, one after the other. */
const script = async (text: string, tty: boolean, request: ExecRequest): Promise<number> => {
  for (const step of text.split('; ')) {
    const [word, ...words] = step.split(' ')
    if (word === 'test') {
      if (!tty) return 1
    } else if (word === 'echo') await request.onOutput('stderr', Buffer.from(`${words.slice(0, -1).join(' ')}\n`))
    else if (word === 'exit') return Number(words[0])
  }
  return 0
}
