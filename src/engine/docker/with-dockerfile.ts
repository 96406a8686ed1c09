import {Readable} from 'node:stream'

import {extract, pack, type Header, type Pack} from 'tar-stream'

const ignoreFile = '.dockerignore'

/**
 * A context in a tar with another Dockerfile, for builders that get all of it at once. They read the Dockerfile out of the context, and leave it and
 * the ignore file out of what is copied where the ignore file says so.
 */
export const withDockerfile = (context: Readable, name: string, text: string): Readable => {
  const out = pack()
  const copied = copy(context, out, name, text)
  copied.catch((error: unknown) => out.destroy(error as Error))
  out.once('close', () => context.destroy())
  return Readable.from(out, {objectMode: false})
}

const copy = async (context: Readable, out: Pack, name: string, text: string): Promise<void> => {
  let rules = ''
  const entries = context.pipe(extract())
  context.once('error', (error) => entries.destroy(error))
  for await (const entry of entries) {
    const {header} = entry
    if (header.name === ignoreFile) {
      rules = Buffer.concat(await Array.fromAsync(entry as AsyncIterable<Buffer>)).toString()
      continue
    }
    // A bit above those that are written: tar-stream takes mode 0 for none.
    const kept = {...header, mode: (header.mode ?? 0o644) | 0o10000}
    await add(out, kept, Buffer.concat(await Array.fromAsync(entry as AsyncIterable<Buffer>)))
  }
  const own = rules === '' ? `${ignoreFile}\n` : ''
  await add(out, {name: ignoreFile, mode: 0o644}, Buffer.from(`${rules.trimEnd()}\n${own}${name}\n`))
  await add(out, {name, mode: 0o644}, Buffer.from(text))
  out.finalize()
}

const add = async (out: Pack, header: Partial<Header> & {name: string}, content: Buffer): Promise<void> => {
  const {promise, resolve, reject} = Promise.withResolvers<void>()
  const done = (error?: Error | null) => (error ? reject(error) : resolve())
  const {size: _size, ...kept} = header
  const isFile = (kept.type ?? 'file') === 'file'
  out.entry(isFile ? {...kept, size: content.length} : kept, isFile ? content : Buffer.alloc(0), done)
  await promise
}
