import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import type {ExecutionContext} from 'ava'

import {tlsPlace} from '../../../src/tls/place.ts'
import type {TlsPlace} from '../../../src/tls/place.ts'

export const temporaryDirectory = async (t: ExecutionContext): Promise<string> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-tls-'))
  t.teardown(async () => rm(directory, {recursive: true, force: true}))
  return directory
}

export const temporaryPlace = async (t: ExecutionContext): Promise<TlsPlace> => tlsPlace(await temporaryDirectory(t))

export const {signal} = new AbortController()
