import {open} from 'node:fs/promises'

import {z} from 'zod'

import {ImmError} from '../../errors.ts'
import {type Har, harEntry} from './har.ts'

export interface HarLimits {
  bytes: number
  entries: number
}

/** A day in a browser's tools; more would take all memory to read. */
export const harLimits: HarLimits = {bytes: 256 * 1024 * 1024, entries: 50_000}

const harFile = z.looseObject({
  log: z.looseObject({
    creator: z.looseObject({name: z.string(), version: z.string().default('')}).optional(),
    entries: z.array(z.unknown()),
  }),
})

/** A HAR of whatever tool. HAR_INVALID says which entry is wrong, and where. */
export const readHar = async (file: string, signal: AbortSignal, limits: HarLimits = harLimits): Promise<Har> => {
  await using handle = await open(file).catch((cause: unknown) => {
    throw invalid(`${file} can't be read: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  })
  const {size} = await handle.stat()
  if (size > limits.bytes)
    throw invalid(`${file} has ${size} bytes, more than ${limits.bytes}`, undefined, 'Record less, or split the file.')
  return parseHar(await handle.readFile({encoding: 'utf8', signal}), file, limits)
}

export const parseHar = (text: string, file: string, limits: HarLimits = harLimits): Har => {
  let json: unknown
  try {
    // Some tools begin with a byte order mark.
    json = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw invalid(`${file} is no JSON: ${(cause as Error).message}`, cause)
  }
  const read = harFile.safeParse(json)
  if (!read.success) throw invalid(`${file} is no HAR: ${firstOf(read.error)}`)
  const {creator, entries} = read.data.log
  if (entries.length > limits.entries)
    throw invalid(`${file} has ${entries.length} entries, more than ${limits.entries}`, undefined, 'Split the file.')
  return {
    creator: [creator?.name, creator?.version].filter(Boolean).join(' '),
    entries: entries.map((each, index) => {
      const entry = harEntry.safeParse(each)
      if (entry.success) return entry.data
      throw invalid(
        `entry ${index + 1} of ${file} is no HAR: ${firstOf(entry.error)}`,
        undefined,
        'Save it once more with the tool that made it, or take the entry out.',
      )
    }),
  }
}

const firstOf = ({issues}: z.ZodError): string => {
  const [first] = issues
  const place = first?.path.join('.') ?? ''
  return place === '' ? (first?.message ?? '') : `${place}: ${first?.message}`
}

const invalid = (message: string, cause?: unknown, next?: string): ImmError =>
  new ImmError('HAR_INVALID', message, {cause, ...(next === undefined ? {} : {next})})
