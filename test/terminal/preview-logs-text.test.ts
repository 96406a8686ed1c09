import test from 'ava'

import {keptLines, rejectedText, servesInsteadText} from '../../src/terminal/preview-logs-text.ts'

const plain = (_style: unknown, text: string) => text

const about = {time: '', stage: 'verify', code: 'CRASHED', message: 'it ended', next: ''} as const
const kept = [
  {...about, app: 'api', release: 'r1-aaaaaaa' as const, output: ['one', 'two\u001b[2J']},
  {...about, app: 'web', release: 'r2-bbbbbbb' as const, output: ['three']},
]
const rejected = {commit: '3fa9c1e00', code: 'CRASHED', message: 'it ended', kept}

test('kept lines have their app in front where there are several, and no more than is asked for', (t) => {
  t.deepEqual(keptLines(kept, undefined, plain), ['api r1-aaaaaaa one', 'api r1-aaaaaaa two', 'web r2-bbbbbbb three'])
  t.deepEqual(keptLines(kept.slice(0, 1), 1, plain), ['r1-aaaaaaa two'])
  t.deepEqual(keptLines(kept, 0, plain), [])
})

test('it is said whose lines are kept, that there are none, and where those are of something else', (t) => {
  t.regex(rejectedText('x', rejected), /^x 3fa9c1e was rejected \(CRASHED\): it ended\n.*r1-aaaaaaa \(verify\), r2-/)
  t.regex(rejectedText('x', {...rejected, kept: []}), /printed nothing that was kept/)
  const instead = servesInsteadText({project: 'shop', environment: 'x'}, rejected)
  t.regex(instead, /of what runs instead; `imm show r1-aaaaaaa --project shop --environment x`/)
})
