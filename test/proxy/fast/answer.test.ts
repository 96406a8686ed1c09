import test from 'ava'

import {headOf, partsOf, startBothPaths} from '../kit/both-paths.ts'
import {answers} from './answers.ts'

for (const method of ['GET', 'HEAD', 'POST']) {
  for (const {title, part} of partsOf(answers)) {
    test(`answers of all kinds to ${method} are passed on, or refused, as by Node alone (${title})`, async (t) => {
      const both = await startBothPaths(t)
      const request = headOf(`${method} / HTTP/1.1`, ...(method === 'POST' ? ['Content-Length: 0'] : []))
      for (const [what, text] of part) {
        const all = text.replace(/\$$/, '')
        const body = all.indexOf('\r\n\r\n') + 4
        for (const pieces of [[all], [all.slice(0, body), all.slice(body)], [all.slice(0, 30), all.slice(30)]]) {
          const {fast, node} = await both.exchange([request], {pieces, end: text.endsWith('$')})
          t.deepEqual(fast, node, `${what}, in ${pieces.length}: ${JSON.stringify(pieces).slice(0, 300)}`)
        }
      }
    })
  }
}
