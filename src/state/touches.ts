import {randomUUID} from 'node:crypto'
import {mkdir, open, readdir, readFile, rm} from 'node:fs/promises'
import path from 'node:path'

import {z} from 'zod'

/** Somebody ran a command in a running container by hand. */
export interface Touch {
  /** ISO 8601 */
  at: string
  /** `anna@laptop` */
  by: string
  /** its first word: the others may be secret */
  command: string
}

const touchSchema = z.object({
  at: z.string(),
  by: z.string(),
  command: z.string(),
  engine: z.string(),
  id: z.string().optional(),
})
/** A later line that takes a touch back. */
const withdrawalSchema = z.object({withdrawn: z.string()})

// Labels of a running container can't be changed, so this is kept here: one file per container, a line per touch, useless once it is gone.
const directoryOf = (home: string): string => path.join(home, 'touched')

const fileOf = (home: string, container: string): string => path.join(directoryOf(home), `${container}.jsonl`)

export interface Touched {
  /** imm's state directory */
  home: string
  /** endpoint of the engine that has the container */
  engine: string
  /** id */
  container: string
}

/** Notes a touch so that it is on disk when this resolves, with what takes it back where nothing ran after all. */
export const noteTouch = async (touched: Touched, touch: Touch): Promise<() => Promise<void>> => {
  const {engine} = touched
  const id = randomUUID()
  await addLine(touched, {...touch, engine, id})
  return async () => addLine(touched, {withdrawn: id})
}

const addLine = async ({home, container}: Touched, line: object): Promise<void> => {
  await mkdir(directoryOf(home), {recursive: true, mode: 0o700})
  await using file = await open(fileOf(home, container), 'a', 0o600)
  // One write at the end of the file: two at once do not mix.
  await file.appendFile(`${JSON.stringify(line)}\n`)
  await file.sync()
}

/** Oldest first; none where nobody did. */
export const touchesOf = async ({home, container}: Omit<Touched, 'engine'>): Promise<Touch[]> => {
  const lines = (await readFile(fileOf(home, container), 'utf8').catch(() => '')).split('\n')
  const withdrawn = new Set(lines.map((line) => parse(line, withdrawalSchema)?.withdrawn))
  return lines
    .flatMap((line) => parse(line, touchSchema) ?? [])
    .filter(({id}) => id === undefined || !withdrawn.has(id))
    .map(({at, by, command}) => ({at, by, command}))
}

/** Forgets those of containers that an engine has no more. */
export const forgetTouches = async (
  {home, engine}: Omit<Touched, 'container'>,
  existing: ReadonlySet<string>,
): Promise<void> => {
  const names = await readdir(directoryOf(home)).catch(() => [])
  const gone = names.filter((name) => name.endsWith('.jsonl') && !existing.has(name.slice(0, -'.jsonl'.length)))
  for (const name of gone) {
    const file = path.join(directoryOf(home), name)
    const [first = ''] = (await readFile(file, 'utf8').catch(() => '')).split('\n')
    // Another engine's containers are not here, and still there.
    if (parse(first, touchSchema)?.engine === engine) await rm(file, {force: true})
  }
}

/** A torn line, or one of another version, says nothing. */
const parse = <T>(line: string, schema: z.ZodType<T>): T | undefined => {
  try {
    return schema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
