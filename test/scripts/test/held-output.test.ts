import test from 'ava'

import {heldOutput} from '../../../scripts/test/held-output.ts'

test('what is printed comes in order, once it is released, and at once after that', (t) => {
  const seen: string[] = []
  const output = heldOutput({write: (chunk) => seen.push(String(chunk))})
  output.write('one')
  output.write('two')
  t.deepEqual(seen, [])
  output.release()
  t.deepEqual(seen, ['one', 'two'])
  output.write('three')
  t.deepEqual(seen, ['one', 'two', 'three'])
})
