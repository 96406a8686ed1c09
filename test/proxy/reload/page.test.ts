import type {IncomingHttpHeaders, OutgoingHttpHeaders} from 'node:http'
import {brotliCompressSync, deflateSync, gzipSync, zstdCompressSync} from 'node:zlib'

import test from 'ava'
import type {ExecutionContext} from 'ava'

import {ask, raw} from '../kit/client.ts'
import type {Ask} from '../kit/client.ts'
import {shopHost, startTestProxy} from '../kit/proxy.ts'
import {startUpstream} from '../kit/upstream.ts'

const html = '<!doctype html><html><head><title>x</title></head></html>'
const tag = '<script src="/.imm/reload.js" data-release="r1-aaaaaaa" async></script>'
const navigation = {'sec-fetch-dest': 'document', 'accept-encoding': 'gzip, br', 'if-none-match': '"1"'}

interface Given {
  status?: number
  headers?: OutgoingHttpHeaders
  body?: string | Buffer
  reload?: boolean
}

/** One answer of an application through the proxy, and what the application was asked. */
const answerTo = async (
  t: ExecutionContext,
  asks: Ask,
  {status = 200, headers, body = html, reload = true}: Given = {},
) => {
  const started = await startTestProxy(t, {}, {reload})
  let asked: IncomingHttpHeaders = {}
  const upstream = await startUpstream(t, (request, response) => {
    asked = request.headers
    response.writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      etag: '"1"',
      'last-modified': 'Sat, 28 Nov 2026 00:00:00 GMT',
      ...headers,
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  })
  await started.flip(upstream.target(1))
  return {...started, answer: await ask(started.port, {headers: navigation, ...asks}), asked}
}

test('a page gets the tag, once; its length and validators go, as they tell of another body', async (t) => {
  const {answer, asked} = await answerTo(t, {})
  t.is(answer.body, html.replace('<head>', `<head>${tag}`))
  for (const name of ['content-length', 'etag', 'last-modified']) t.is(answer.headers[name], undefined)
  t.is(answer.headers['x-imm-release'], 'r1-aaaaaaa')
  t.is(asked['accept-encoding'], 'identity')
  t.is(asked['if-none-match'], undefined)
})

test('a page that tells of an error gets it too, so that it gives way to the correction', async (t) => {
  t.true((await answerTo(t, {}, {status: 500})).answer.body.includes(tag))
})

test('HEAD has the same headers, and no body', async (t) => {
  const {answer} = await answerTo(t, {method: 'HEAD'})
  t.is(answer.headers['content-length'], undefined)
  t.is(answer.headers.etag, undefined)
  t.is(answer.body, '')
})

test('a client of HTTP/1.0 gets the page until the connection ends', async (t) => {
  const {port} = await answerTo(t, {})
  const answer = await raw(t, port, `GET / HTTP/1.0\r\nHost: ${shopHost}\r\nAccept: text/html\r\n\r\n`)
  t.notRegex(answer, /transfer-encoding/i)
  t.true(answer.endsWith(html.replace('<head>', `<head>${tag}`)))
})

test('a nonce of the policy is used', async (t) => {
  const {answer} = await answerTo(t, {}, {headers: {'content-security-policy': "script-src 'nonce-x1'"}})
  t.true(answer.body.includes(tag.replace(' async', ' nonce="x1" async')))
})

test('under a policy that would not let it run the page stays as it is, which is said once', async (t) => {
  const {answer, port, log} = await answerTo(t, {}, {headers: {'content-security-policy': "default-src 'none'"}})
  t.is(answer.body, html)
  t.is(answer.headers.etag, '"1"')
  await ask(port, {headers: navigation})
  t.is(log.filter((line) => line.includes("don't reload")).length, 1)
})

const untouched: [string, Ask, Given][] = [
  ['on a route without reload', {}, {reload: false}],
  ['that a script fetches', {headers: {'sec-fetch-dest': 'empty', accept: 'text/html'}}, {}],
  ['that answers a POST', {method: 'POST', body: 'x'}, {}],
  ['that is no HTML', {}, {headers: {'content-type': 'text/plain'}}],
  ['that is XHTML', {}, {headers: {'content-type': 'application/xhtml+xml'}}],
  ['in UTF-16', {}, {headers: {'content-type': 'text/html; charset="UTF-16LE"'}}],
  ['that is a download', {}, {headers: {'content-disposition': 'attachment; filename=x.html'}}],
  ['that must not be transformed', {}, {headers: {'cache-control': 'public, no-transform'}}],
  ['that is a part', {}, {status: 206, headers: {'content-range': `bytes 0-${html.length - 1}/900`}}],
  ['that redirects', {}, {status: 302, headers: {location: '/x'}}],
]
for (const [what, asks, given] of untouched)
  test(`an answer ${what} is passed on as it is`, async (t) => {
    const {answer} = await answerTo(t, asks, given)
    t.is(answer.body, html)
    t.is(answer.headers['content-length'], String(html.length))
    t.is(answer.headers.etag, '"1"')
  })

for (const [coding, compress] of [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
] as const)
  test(`a page that comes as ${coding} all the same is left as it is`, async (t) => {
    const body = compress(html)
    const {answer} = await answerTo(t, {}, {headers: {'content-encoding': coding}, body})
    t.is(answer.headers['content-length'], String(body.length))
    t.is(answer.headers['content-encoding'], coding)
    t.is(answer.headers.etag, '"1"')
  })

test('a 304 stays one', async (t) => {
  const started = await startTestProxy(t, {}, {reload: true})
  const upstream = await startUpstream(t, (_request, response) => {
    response.writeHead(304, {etag: '"1"', 'content-type': 'text/html'}).end()
  })
  await started.flip(upstream.target(1))
  const answer = await ask(started.port, {headers: navigation})
  t.is(answer.status, 304)
  t.is(answer.headers.etag, '"1"')
})

test('a page that streams is not waited for', async (t) => {
  const started = await startTestProxy(t, {}, {reload: true})
  const {promise: seen, resolve} = Promise.withResolvers<void>()
  const upstream = await startUpstream(t, (_request, response) => {
    response.writeHead(200, {'content-type': 'text/html'}).write('<!doctype html><head><p>one')
    void seen.then(() => response.end('<p>two'))
  })
  await started.flip(upstream.target(1))
  const response = await fetch(`http://127.0.0.1:${started.port}/`, {headers: {accept: 'text/html'}})
  t.is(response.status, 404, 'fetch names no host of ours')
  await started.proxy.open({
    project: 'shop',
    environment: 'main',
    app: 'web',
    hosts: ['127.0.0.1'],
    port: undefined,
    reload: true,
  })
  const {body} = await fetch(`http://127.0.0.1:${started.port}/`, {
    headers: {accept: 'text/html', 'sec-fetch-dest': 'document'},
  })
  let text = ''
  for await (const chunk of body!) {
    text += Buffer.from(chunk).toString()
    if (text.includes('one')) resolve()
  }
  t.is(text, `<!doctype html><head>${tag}<p>one<p>two`)
})

test('a page that a service worker fetches for its browser gets the tag', async (t) => {
  const headers = {'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'navigate', accept: 'text/html'}
  t.true((await answerTo(t, {headers})).answer.body.includes(tag))
})
