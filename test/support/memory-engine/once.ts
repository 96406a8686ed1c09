import {setTimeout as sleep} from 'node:timers/promises'

interface Surroundings {
  env: Readonly<Record<string, string>>
  /** prints a line, on stderr where it begins with `!` */
  print: (line: string) => void
  /** where a loopback address leads to, from inside */
  reach: (url: URL) => URL | undefined
  /** the content of a file that is mounted, or made by the engine */
  read: (path: string) => Promise<string | undefined>
  signal: AbortSignal
}

/** Runs what containers of the memory engine know: a program, or several in `sh -c` with `; ` between them; resolves to the exit code. */
export const runScript = async (command: readonly string[], around: Surroundings): Promise<number> => {
  if (command[0] !== 'sh') return runStep(command, around)
  for (const step of (command[2] ?? '').split('; ')) {
    const words = step.split(' ').map((word) => word.replace(/^\$(\w+)$/, (_, name: string) => around.env[name] ?? ''))
    if (words[0] === 'exit') return Number(words[1])
    const code = await runStep(words, around)
    // As with `set -e`, but that `sh` itself has to be told so.
    if (code !== 0) return code
  }
  return 0
}

const runStep = async ([program, ...args]: readonly string[], around: Surroundings): Promise<number> => {
  const {print, reach, read, signal} = around
  switch (program) {
    case 'busybox':
      return runStep(args, around)
    case 'echo': {
      const toStderr = args.at(-1) === '>&2'
      print(toStderr ? `!${args.slice(0, -1).join(' ')}` : args.join(' '))
      return 0
    }
    case 'cat': {
      const text = await read(args[0] ?? '')
      if (text !== undefined) for (const line of text.split('\n')) if (line !== '') print(line)
      return text === undefined ? 1 : 0
    }
    case 'sleep':
      await sleep(Number(args[0]) * 1000, undefined, {signal}).catch(() => undefined)
      return 0
    case 'wget': {
      const url = reach(new URL(args.at(-1) ?? ''))
      const answer = url && (await fetch(url, {signal}).catch(() => undefined))
      if (!answer?.ok) return 1
      print(await answer.text())
      return 0
    }
    case undefined:
    default:
      print(`!${program}: not found`)
      return 127
  }
}
