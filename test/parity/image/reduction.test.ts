import test from 'ava'

import type {Wanted} from '../../../src/parity/image/kept.ts'
import type {Reduction} from '../../../src/parity/image/reduction.ts'
import {imageWith} from '../images.ts'

/** The first letters of a file. */
const first = (count: number): Reduction => ({
  name: `first ${count}`,
  begin() {
    let letters = ''
    return {
      feed: (bytes) => void (letters += bytes.toString()),
      end: () => (letters === 'nothing' ? undefined : Buffer.from(letters.slice(0, count))),
    }
  },
})

const files: Readonly<Record<string, ReturnType<Wanted>>> = {'/a': first(1), '/b': first(2), '/raw': 100, '/small': 2}
const wanted: Wanted = (path) => files[path]

const image = await imageWith(
  [
    [{name: 'a'}, 'content'],
    [{name: 'b'}, 'content'],
    [{name: 'raw'}, 'content'],
    [{name: 'small'}, 'content of its own'],
    [{name: 'link', type: 'symlink', linkname: 'b'}],
    [{name: 'other', type: 'link', linkname: 'a'}],
  ],
  wanted,
)
const content = (path: string) => image.content(path)?.toString()

test('of one content each path keeps what it is reduced to there', (t) => {
  t.is(content('/a'), 'c')
  t.is(content('/b'), 'co')
  t.is(content('/raw'), 'content')
})

test('a link leads to what is kept of the file, and a second name that nobody wanted to the content as it is', (t) => {
  t.is(content('/link'), 'co')
  t.is(content('/other'), 'content')
})

test('of a file that is too large, or has nothing to say, nothing is kept', async (t) => {
  t.is(content('/small'), undefined)
  const silent = await imageWith([[{name: 'a'}, 'nothing']], wanted)
  t.is(silent.content('/a'), undefined)
})
