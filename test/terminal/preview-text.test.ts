import test from 'ava'

import {previewsText, unreachedText} from '../../src/terminal/preview-text.ts'
import {width} from '../../src/terminal/width.ts'
import type {PreviewStatus} from '../../src/wiring/preview/list.ts'

const preview: PreviewStatus = {
  project: 'shop',
  environment: 'x',
  ref: 'refs/heads/x',
  name: 'x',
  kind: 'branch',
  commit: '3fa9c1e00',
  subject: 'Add it',
  author: 'Ada',
  state: 'asleep',
  pinned: false,
  url: 'http://x.shop.localhost:7070',
  rejected: undefined,
  updatedMs: 0,
  usedMs: 0,
  proxyRuns: true,
  memoryBytes: undefined,
}

test('without a proxy a list says that nothing is reached nor woken, and what starts it', (t) => {
  t.is(unreachedText([preview]), undefined)
  const without = {...preview, proxyRuns: false, url: undefined}
  t.regex(unreachedText([without]) ?? '', /^The proxy does not run: .* until `imm proxy restart`, or the next/)
  t.is(unreachedText([{...without, state: 'none'}]), undefined, 'nothing of it was ever reached')
})

test('previews that a running proxy does not know are named', (t) => {
  const lost = {...preview, url: undefined}
  t.regex(unreachedText([preview, {...lost, name: 'y'}]) ?? '', /^The proxy lost y: /)
})

/** Columns in front of something. */
const before = (line: string, what: string) => width(line.slice(0, line.indexOf(what)))

test('names of double width are in line with the others, and a long subject ends with a whole character', (t) => {
  const wide = {...preview, name: '機能/ログイン', subject: '直'.repeat(40), author: '山田太郎'}
  const [head = '', first = '', second = ''] = previewsText([wide, preview], {}, 0).split('\n')
  t.is(before(first, 'asleep'), before(head, 'STATE'))
  t.is(before(second, 'asleep'), before(head, 'STATE'))
  t.is(before(first, 'http'), before(head, 'ADDRESS'))
  t.regex(first, / 3fa9c1e 直{26} /)
})
