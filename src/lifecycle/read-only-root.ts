import type {Settings} from '../config/settings.ts'
import {ImmError} from '../errors.ts'

/** A failure of a candidate whose root can't be written: the next step says so, and names the path that it was refused where its output does. */
export const adviseStrict = (error: unknown, {immutable}: Pick<Settings, 'immutable'>): unknown => {
  if (immutable !== 'strict' || !(error instanceof ImmError)) return error
  const {code, message, output, step, cause} = error
  const path = output.map(refusedPath).find((each) => each !== undefined)
  const next =
    path === undefined
      ? `${error.next} With \`immutable: strict\` it can write to its volumes, its tmpfs and /tmp alone.`
      : `It wrote to ${path}, and \`immutable: strict\` keeps its root read-only: let it write to /tmp, or to a directory that imm.yaml declares under \`tmpfs:\` or \`volumes:\`.`
  return new ImmError(code, message, {next, output, step, cause})
}

/** The path of a line such as `EROFS: read-only file system, open '/app/cache/x'` or `sh: can't create /app/x: Read-only file system`. */
const refusedPath = (line: string): string | undefined =>
  /EROFS|read-only file system/i.test(line) ? /(?<![\w.:/])\/[^\s'":,)]+/.exec(line)?.[0] : undefined
