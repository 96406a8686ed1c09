import test from 'ava'

import {genesis, lineOf, entryOf} from '../../src/ledger/chain.ts'
import type {Content, Entry, Link} from '../../src/ledger/entry.ts'
import {releasesOf} from '../../src/ledger/releases.ts'
import type {ReleaseName} from '../../src/release/identity.ts'
import {draft, id, who} from './kit.ts'

const entriesOf = (contents: readonly Content[]): Entry[] => {
  let link: Link = genesis(id)
  return contents.flatMap((content) => {
    const next = lineOf(draft(content), link)
    link = next.link
    return entryOf(Buffer.from(next.line.trimEnd())) ?? []
  })
}

const begun = (release: ReleaseName): Content => ({
  type: 'release',
  release,
  generation: 1,
  snapshot: 'sha256:00',
  settings: 'sha256:11',
  configuration: {port: '3000'},
})
const change = (...files: string[]): Content => ({type: 'change', files, count: files.length})
const timings = {detect: 0, snapshot: 0, build: 0, launch: 0, verify: 0, flip: 0, total: 412}
const live = (release: ReleaseName, previous?: ReleaseName): Content => ({
  type: 'live',
  release,
  previous,
  image: 'sha256:22',
  url: '',
  cause: 'change',
  timings,
})
const rejected = (release: ReleaseName): Content => ({
  type: 'rejected',
  release,
  stage: 'verify',
  code: 'CRASHED',
  message: '',
  next: '',
  output: [],
})

test('a release is told with everything that its entries say, newest first', (t) => {
  const records = releasesOf(
    entriesOf([
      change('a'),
      begun('r1-aaaaaaa'),
      {type: 'build', release: 'r1-aaaaaaa', how: 'full', ms: 3000, why: 'asked for'},
      live('r1-aaaaaaa'),
      {type: 'revision', release: 'r1-aaaaaaa', commit: 'c0ffee', branch: 'main', dirty: true},
      change('b', 'c'),
      change('b'),
      begun('r2-bbbbbbb'),
      rejected('r2-bbbbbbb'),
    ]),
  )
  t.deepEqual(
    records.map(({release, outcome, changed}) => ({release, outcome, changed})),
    [
      {release: 'r2-bbbbbbb', outcome: 'rejected', changed: {files: ['b', 'c'], count: 2}},
      {release: 'r1-aaaaaaa', outcome: 'live', changed: {files: ['a'], count: 1}},
    ],
  )
  t.like(records[1], {
    who,
    generation: 1,
    snapshot: 'sha256:00',
    settings: 'sha256:11',
    configuration: {port: '3000'},
    commit: 'c0ffee',
    branch: 'main',
    dirty: true,
    image: 'sha256:22',
    build: {how: 'full', ms: 3000, why: 'asked for'},
  })
  t.is(records[1]?.entries.length, 4)
})

test('what was live once stays so, whatever came of bringing it back', (t) => {
  t.is(releasesOf(entriesOf([begun('r1-aaaaaaa'), live('r1-aaaaaaa'), rejected('r1-aaaaaaa')]))[0]?.outcome, 'live')
})

test('what the next imm found running was live, also where the one before was killed before it could say so', (t) => {
  const found: Content = {type: 'found', live: 'r2-bbbbbbb', warm: ['r1-aaaaaaa']}
  const records = releasesOf(entriesOf([begun('r1-aaaaaaa'), begun('r2-bbbbbbb'), found, begun('r3-ccccccc')]))
  t.deepEqual(
    records.map(({outcome}) => outcome),
    ['unfinished', 'live', 'live'],
  )
})

test('one that came to no end is unfinished, one that was overtaken superseded', (t) => {
  const superseded: Content = {type: 'superseded', release: 'r1-aaaaaaa', stage: 'build', by: 2}
  const records = releasesOf(entriesOf([begun('r1-aaaaaaa'), superseded, begun('r2-bbbbbbb')]))
  t.deepEqual(
    records.map(({outcome, supersededIn}) => [outcome, supersededIn]),
    [
      ['unfinished', undefined],
      ['superseded', 'build'],
    ],
  )
})

test('files beyond those that are named are counted', (t) => {
  const many = Array.from({length: 20}, (_, index) => `file ${index}`)
  const records = releasesOf(entriesOf([{type: 'change', files: many, count: 500}, change('x'), begun('r1-aaaaaaa')]))
  t.deepEqual([records[0]?.changed.files.length, records[0]?.changed.count], [20, 501])
})
