import {chmod, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

/** Programs that print what is given, and keep how they were called. */
export interface StandIns extends AsyncDisposable {
  directory: string
  /** how a program was called: its arguments, one a line */
  called(program: string): Promise<string[]>
}

interface StandIn {
  stdout?: string
  stderr?: string
  exitCode?: number
}

/** A directory for PATH that has these programs, and nothing of the machine's but a shell. */
export const standIns = async (programs: Readonly<Record<string, StandIn>>): Promise<StandIns> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-stand-ins-'))
  for (const [name, {stdout = '', stderr = '', exitCode = 0}] of Object.entries(programs)) {
    const file = path.join(directory, name)
    await writeFile(`${file}.stdout`, stdout)
    await writeFile(`${file}.stderr`, stderr)
    const script = `#!/bin/sh
printf '%s\\n' "$@" > "$0.called"
/bin/cat "$0.stdout"
/bin/cat "$0.stderr" >&2
exit ${exitCode}
`
    await writeFile(file, script)
    await chmod(file, 0o755)
  }
  return {
    directory,
    called: async (program) =>
      (await readFile(path.join(directory, `${program}.called`), 'utf8')).trimEnd().split('\n'),
    [Symbol.asyncDispose]: async () => rm(directory, {recursive: true}),
  }
}
