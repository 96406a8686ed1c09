import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import {append, type Limits} from '../../src/ledger/append.ts'
import type {Content, Draft, Entry, Writer} from '../../src/ledger/entry.ts'
import {placeOf, type Place} from '../../src/ledger/files.ts'
import {readEntries, readFiles} from '../../src/ledger/read.ts'
import {verifyChain, type Proof} from '../../src/ledger/verify.ts'

export const id = {project: 'shop', environment: 'main', app: 'web'} as const
export const who: Writer = {user: 'mira', host: 'desk', pid: 7, imm: '0.1.0'}
export const limits: Limits = {fileBytes: 1_000_000, endedFiles: 3}

export const draft = (content: Content): Draft => ({time: '2026-11-25T10:00:00.000Z', who, ...content})

export const changed = (file: string): Draft => draft({type: 'change', files: [file], count: 1})

/** A state directory of its own with an empty ledger. */
export interface TestLedger extends AsyncDisposable {
  home: string
  runtime: string
  place: Place
  append(drafts: readonly Draft[], limits?: Limits): Promise<number>
  entries(): Promise<Entry[]>
  verify(limits?: Limits): Promise<Proof>
  bytes(): Promise<Buffer>
}

export const testLedger = async (): Promise<TestLedger> => {
  const home = await mkdtemp(path.join(tmpdir(), 'imm-ledger-'))
  const runtime = path.join(home, 'run')
  const place = placeOf(home, id)
  const {signal} = new AbortController()
  return {
    home,
    runtime,
    place,
    append: async (drafts, within = limits) =>
      (await append({place, drafts, runtime, limits: within}, AbortSignal.timeout(20_000))).repaired,
    entries: async () => readEntries(place, signal),
    verify: async (within = limits) => verifyChain(await readFiles(place, signal), id, within.endedFiles),
    bytes: async () => readFile(place.current),
    [Symbol.asyncDispose]: async () => rm(home, {recursive: true, force: true}),
  }
}

/** What entries tell, without their links. */
export const toldBy = (entries: readonly Entry[]): unknown[] =>
  entries.map(({seq: _seq, prev: _prev, hash: _hash, ...told}) => told)
