import test from 'ava'

import {headOf, partsOf, startBothPaths} from '../kit/both-paths.ts'
import {requests} from './requests.ts'

for (const {title, part} of partsOf(requests)) {
  test(`hostile and odd messages are refused, passed on and answered as by Node alone (${title})`, async (t) => {
    const both = await startBothPaths(t)
    for (const [what, text] of part) {
      const kept = await both.exchange([text], undefined, headOf('GET /first HTTP/1.1'))
      t.deepEqual(kept.fast, kept.node, `${what}, on a connection that has served another`)
      for (const pieces of [[text], [text.slice(0, 20), text.slice(20)], [text.slice(0, -1), text.slice(-1)]]) {
        const {fast, node} = await both.exchange(pieces)
        t.deepEqual(fast, node, `${what}, in ${pieces.length}`)
      }
    }
  })
}
