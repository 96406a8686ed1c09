import test from 'ava'

import {ImmError} from '../../src/errors.ts'
import {adviseStrict} from '../../src/lifecycle/read-only-root.ts'

const nextOf = (immutable: 'strict' | 'report', ...output: string[]): string =>
  (adviseStrict(new ImmError('CRASHED', 'ended', {output, next: 'Look.'}), {immutable}) as ImmError).next

test('who was refused a write is told where, in the words of each language', (t) => {
  const lines = [
    "Error: EROFS: read-only file system, open '/app/cache/x'",
    "OSError: [Errno 30] Read-only file system: '/app/cache/x'",
    'open /app/cache/x: read-only file system',
    "sh: can't create /app/cache/x: Read-only file system",
    'Errno::EROFS: Read-only file system @ rb_sysopen - /app/cache/x',
  ]
  for (const line of lines) t.regex(nextOf('strict', 'booting', line), /^It wrote to \/app\/cache\/x, .*`tmpfs:`/, line)
})

test('where the output does not tell, what may be written is said', (t) => {
  t.regex(nextOf('strict', 'no luck at /app/x'), /^Look\. With `immutable: strict` .* \/tmp alone\.$/)
})

test('without immutable: strict a failure stays as it is, and what is no failure always does', (t) => {
  t.is(nextOf('report', "EROFS: read-only file system, open '/app/x'"), 'Look.')
  const reason = new Error('stopped')
  t.is(adviseStrict(reason, {immutable: 'strict'}), reason)
})
