import test from 'ava'

import {verdictText} from '../../../src/parity/report/rendering.ts'

test('what a check of one side comes to is never told as a difference', (t) => {
  const words = (['same', 'below', 'different', 'incomplete'] as const).flatMap((verdict) =>
    (['error', 'never'] as const).map((failOn) => verdictText({verdict, failOn}, 'lint')),
  )
  for (const each of words) t.notRegex(each, /differ|same|compared/)
  t.is(verdictText({verdict: 'below', failOn: 'never'}, 'lint'), 'found something')
  t.is(verdictText({verdict: 'below', failOn: 'never'}, 'parity'), 'differs')
})
