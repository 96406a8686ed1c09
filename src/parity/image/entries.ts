import {damaged} from './failures.ts'
import type {TarHeader} from './tar/header.ts'
import {tarReader, type TarEvent} from './tar/reader.ts'

export interface ArchiveEntry {
  header: TarHeader
  bytes: AsyncGenerator<Buffer, void, undefined>
}

/** The entries of an archive one after the other. Each has to be read to its end before the next. */
export async function* entriesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<ArchiveEntry, void, undefined> {
  const events = eventsOf(stream)
  for (let next = await events.next(); next.done !== true; next = await events.next())
    if (next.value.type === 'entry') yield {header: next.value.header, bytes: bytesOf(events)}
}

async function* eventsOf(stream: AsyncIterable<Buffer>): AsyncGenerator<TarEvent, void, undefined> {
  const reader = tarReader()
  for await (const chunk of stream) yield* reader.feed(chunk)
  reader.finish()
}

async function* bytesOf(events: AsyncGenerator<TarEvent, void, undefined>): AsyncGenerator<Buffer, void, undefined> {
  for (let next = await events.next(); next.value?.type !== 'end'; next = await events.next()) {
    if (next.done === true) throw damaged('it ends in the middle of a file')
    if (next.value.type === 'data') yield next.value.bytes
  }
}
