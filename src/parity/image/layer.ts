import {createHash, type Hash} from 'node:crypto'

import type {FileKind, LayerFact, LayerStep} from './facts.ts'
import {damaged} from './failures.ts'
import type {Inspect, Inspection} from './inspect.ts'
import {type Kept, reductionAt, type Wanted} from './kept.ts'
import type {Budget} from './limits.ts'
import {imagePath} from './path.ts'
import type {Reduction, Scan} from './reduction.ts'
import type {TarHeader} from './tar/header.ts'
import type {TarEvent} from './tar/reader.ts'
import {whiteoutOf} from './whiteout.ts'

export interface LayerReading {
  take(event: TarEvent): void
  steps: readonly LayerStep[]
}

interface OpenFile {
  fact: LayerFact
  hash: Hash
  reduction: Reduction | undefined
  scan: Scan | undefined
  inspection: Inspection | undefined
  /** its first bytes, which say whether it is machine code */
  head: string
}

const elf = '\x7fELF'

interface Reading {
  budget: Budget
  wanted: Wanted
  kept: Kept
  inspect?: Inspect | undefined
}

/** Notes what the entries of one layer do. Nothing is written anywhere, and no link is followed: a layer is only ever read as a list. */
export const readLayer = ({budget, wanted, kept, inspect}: Reading): LayerReading => {
  const steps: LayerStep[] = []
  let open: OpenFile | undefined

  const begin = (header: TarHeader) => {
    budget.spend('entries', 1)
    budget.spend('nameBytes', header.name.length + header.linkname.length)
    const path = imagePath(header.name, budget.limits)
    const whiteout = whiteoutOf(path)
    if (whiteout !== undefined) {
      if (whiteout !== 'ignored') steps.push(whiteout)
      return
    }
    if (header.type === '1') {
      steps.push({does: 'link', path, to: imagePath(header.linkname, budget.limits)})
      return
    }
    const fact = factOf(header, path)
    if (path === '/' && fact.kind !== 'directory') throw damaged('it has something else than a directory as the root')
    steps.push({does: 'put', fact})
    if (fact.kind !== 'file') return
    const reduction = reductionAt(wanted, path)
    open = {
      fact,
      hash: createHash('sha256'),
      reduction,
      scan: reduction?.begin(header.size),
      inspection: inspect?.(fact),
      head: '',
    }
  }

  const end = () => {
    if (open === undefined) return
    const {fact, hash, reduction, scan, inspection, head} = open
    fact.sha256 = hash.digest('hex')
    if (head === elf) fact.program = true
    const content = scan?.end()
    if (reduction !== undefined && content !== undefined) kept.put(fact.sha256, reduction.name, content)
    inspection?.end(fact.sha256)
    open = undefined
  }

  return {
    steps,
    take(event) {
      if (event.type === 'entry') begin(event.header)
      else if (event.type === 'end') end()
      else if (open !== undefined) {
        open.hash.update(event.bytes)
        if (open.head.length < elf.length) open.head += event.bytes.toString('latin1', 0, elf.length - open.head.length)
        open.scan?.feed(event.bytes)
        open.inspection?.take(event.bytes)
      }
    },
  }
}

const kinds: Readonly<Record<string, FileKind>> = {
  '0': 'file',
  '2': 'link',
  '3': 'device',
  '4': 'device',
  '5': 'directory',
  '6': 'pipe',
}

const factOf = ({type, mode, uid, gid, size, linkname, device, xattrs}: TarHeader, path: string): LayerFact => {
  const kind = kinds[type] ?? 'file'
  // With all that it will have, from the beginning: what is added to an object later takes as much memory again.
  if (kind === 'file' && xattrs === undefined) return {path, kind, mode, uid, gid, size, sha256: '', layer: undefined}
  return {
    path,
    kind,
    // The permissions of a link are not looked at by anything, and archivers write what they like.
    mode: kind === 'link' ? 0o777 : mode,
    uid,
    gid,
    size,
    ...(kind === 'link' && {target: linkname}),
    ...(kind === 'device' && {device: `${type === '3' ? 'character' : 'block'} ${device.join(':')}`}),
    ...(xattrs !== undefined && {xattrs}),
  }
}
