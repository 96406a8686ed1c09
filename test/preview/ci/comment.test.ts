import test from 'ava'

import {ImmBug} from '../../../src/errors.ts'
import {commentBody, commentMarker, summary} from '../../../src/preview/ci/comment.ts'
import {hostileLines, hostileTexts, liveResult} from './results.ts'

test('a comment begins with its marker and says commit, address, health, size, start and the difference from the base', (t) => {
  t.is(
    commentBody(liveResult),
    `<!-- imm-preview: shop/feature-cart -->

### Preview of <code>feature&#47;cart</code>: live

**<https://feature-cart--shop.previews.example.org/>**

Commit <code>0123456789ab</code> <code>Keep what is in the cart</code>

| app | health | image | start | image, against <code>main</code> |
| --- | --- | --- | --- | --- |
| <code>app</code> | <code>GET &#47;health answered 200</code> | 132 MB | 412 ms | +1.5 MB, 1 layer new, 1 gone, 2 shared |
`,
  )
})

test('the summary of a job is the comment without the marker', (t) => {
  t.is(`${commentMarker(liveResult)}\n\n${summary(liveResult)}`, commentBody(liveResult))
})

test('a rejected commit has its code, message and next step, and the address of what keeps serving', (t) => {
  const error = {code: 'UNHEALTHY', message: 'no probe succeeded\nin 60 s', next: 'Set health:'}
  const text = summary({...liveResult, outcome: 'rejected', apps: [], error})
  t.regex(text, /: rejected$/m)
  t.true(text.includes('<code>UNHEALTHY</code>'))
  t.true(text.includes('<pre><code>no probe succeeded\nin 60 s</code></pre>'))
  t.true(text.includes('<code>Set health&#58;</code>'))
  t.regex(text, /^The release before it keeps serving: <https:\/\/feature-cart--shop\.previews\.example\.org\/>$/m)
  t.notRegex(text, /\*\*/)
})

test('a rejected first commit has no address', (t) => {
  const text = summary({...liveResult, outcome: 'rejected', url: undefined})
  t.notRegex(text, /http/)
})

test('columns of which nothing is known are left out, and an unchanged image is called the same', (t) => {
  const image = {id: 'sha256:aa', bytes: 5000}
  const text = summary({...liveResult, outcome: 'unchanged', apps: [{app: 'app', image, base: {ref: 'main', image}}]})
  t.true(text.includes('| app | image | image, against <code>main</code> |'))
  t.true(text.includes('| <code>app</code> | 5.0 kB | the same image |'))
  t.regex(text, /: live, as it was$/m)
})

test('an address on loopback is said to be one of that machine', (t) => {
  for (const url of ['http://b.shop.localhost:7070', 'http://127.0.0.1:3000/', 'http://[::1]:3000'])
    t.true(summary({...liveResult, url}).includes('The address is one of the machine that ran this job.'), url)
  t.false(summary(liveResult).includes('The address is one'))
})

test('an address that is none of the web, or a name that is no slug, is a bug', (t) => {
  t.throws(() => summary({...liveResult, url: 'javascript:alert(1)'}), {instanceOf: ImmBug})
  for (const environment of ['a b', 'a-->', '', '-', 'A'])
    t.throws(() => commentMarker({project: 'shop', environment}), {instanceOf: ImmBug})
})

test('an application with hundreds of apps stays within what forges take', (t) => {
  const apps = Array.from({length: 300}, (_, at) => ({...liveResult.apps[0], app: `app-${at}`}))
  const text = commentBody({...liveResult, apps})
  t.true(text.length < 60_000)
  t.regex(text, /… and 260 more/)
})

const formOf = (text: string): string => text.replaceAll(/<code>[^<]*<\/code>/g, 'X')

const bodyFrom = (text: string): string => {
  const image = {id: text, bytes: 1}
  return commentBody({
    ...liveResult,
    ref: text,
    subject: text,
    error: {code: 'CRASHED', message: text, next: text},
    apps: [{app: text, health: text, startMs: 1, image, base: {ref: text, image: {id: 'b', bytes: 1}}}],
  })
}

test('whatever branches, subjects and messages hold, a comment keeps its form', (t) => {
  const expected = formOf(bodyFrom('plain'))
  for (const text of [...hostileTexts, ...hostileLines]) t.is(formOf(bodyFrom(text)), expected, JSON.stringify(text))
})
