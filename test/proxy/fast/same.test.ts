import test from 'ava'
import * as fc from 'fast-check'

import {headOf, startBothPaths} from '../kit/both-paths.ts'
import type {BothPaths, Seen} from '../kit/both-paths.ts'
import {shopHost} from '../kit/proxy.ts'
import type {Recorder} from '../kit/recorder.ts'

const host = `Host: ${shopHost}\r\n`
const get = (fields: string, rest = ''): string => `GET / HTTP/1.1\r\n${host}${fields}\r\n${rest}`
const post = (fields: string, body: string): string => `POST / HTTP/1.1\r\n${host}${fields}\r\n${body}`

const hostile: Record<string, string> = {
  'a bare LF ends a line': `GET / HTTP/1.1\n${host}\r\n`,
  'a bare LF ends a field': `GET / HTTP/1.1\r\n${host}X: 1\nY: 2\r\n\r\n`,
  'a bare CR is in a value': get('X: a\rb\r\n'),
  'bare LFs end the head': `GET / HTTP/1.1\r\nHost: ${shopHost}\n\n`,
  'a field is folded': get('X: a\r\n b\r\n'),
  'a field is folded with a tab': get('X: a\r\n\tTransfer-Encoding: chunked\r\n'),
  'the first field begins with a space': `GET / HTTP/1.1\r\n ${host}\r\n`,
  'a NUL is in a value': get('X: a\0b\r\n'),
  'a NUL is in a name': get('X\0: b\r\n'),
  'a control character is in a value': get('X: a\x01b\r\n'),
  'DEL is in a value': get('X: a\x7fb\r\n'),
  'a value is beyond ASCII': get('X: caf\xe9\r\n'),
  'a space is before a colon': get('X : 1\r\n'),
  'a space is before the colon of a length': post('Content-Length : 3\r\n', 'abc'),
  'a tab is before the colon of a coding': post('Transfer-Encoding\t: chunked\r\n', '0\r\n\r\n'),
  'a name is empty': get(': 1\r\n'),
  'a line has no colon': get('X\r\n'),
  'a value has no space before it': get('X:1\r\n'),
  'a value has space around it': get('X: \t 1 \t\r\n'),
  'a value is empty': get('X: \r\nY:\r\n'),
  'Host is there twice': get(host),
  'Host is there twice, with the same name in other letters': get(`HOST: ${shopHost}\r\n`),
  'Host is missing': 'GET / HTTP/1.1\r\n\r\n',
  'Host is empty': 'GET / HTTP/1.1\r\nHost: \r\n\r\n',
  'Host is of nobody': 'GET / HTTP/1.1\r\nHost: nobody.localhost\r\n\r\n',
  'Host has a path': `GET / HTTP/1.1\r\nHost: ${shopHost}/x\r\n\r\n`,
  'Host has a user': `GET / HTTP/1.1\r\nHost: evil@${shopHost}\r\n\r\n`,
  'two lengths differ': post('Content-Length: 3\r\nContent-Length: 4\r\n', 'abcd'),
  'two lengths agree': post('Content-Length: 3\r\nContent-Length: 3\r\n', 'abc'),
  'lengths are a list': post('Content-Length: 3, 3\r\n', 'abc'),
  'a length has a sign': post('Content-Length: +3\r\n', 'abc'),
  'a length is negative': post('Content-Length: -3\r\n', 'abc'),
  'a length is hexadecimal': post('Content-Length: 0x3\r\n', 'abc'),
  'a length has zeros before it': post('Content-Length: 003\r\n', 'abc'),
  'a length is several zeros': post('Content-Length: 00\r\n', ''),
  'a length is huge': post('Content-Length: 99999999999999999999\r\n', 'abc'),
  'a length is empty': post('Content-Length: \r\n', ''),
  'a length and a coding are there': post('Content-Length: 3\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
  'a coding and a length are there': post('Transfer-Encoding: chunked\r\nContent-Length: 3\r\n', '0\r\n\r\n'),
  'a coding is not chunked': post('Transfer-Encoding: gzip\r\n', 'abc'),
  'a coding is obscured': post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'),
  'a coding is in capitals': post('TRANSFER-ENCODING: CHUNKED\r\n', '0\r\n\r\n'),
  'two codings are there': post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', '0\r\n\r\n'),
  'a body is in chunks': post('Transfer-Encoding: chunked\r\n', '3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n'),
  'a chunk size is wrong': post('Transfer-Encoding: chunked\r\n', '4\r\nabc\r\n0\r\n\r\n'),
  'a body of a GET is another request': get('Content-Length: 43\r\n', `GET /2 HTTP/1.1\r\n${host}\r\n`),
  'a GET has a body': get('Content-Length: 3\r\n', 'abc'),
  'a GET has an empty body': get('Content-Length: 0\r\n'),
  'a POST has no length': post('', ''),
  'a PUT has no length': `PUT / HTTP/1.1\r\n${host}\r\n`,
  'a DELETE has no length': `DELETE / HTTP/1.1\r\n${host}\r\n`,
  'an upgrade is asked for': get('Connection: Upgrade\r\nUpgrade: h2c\r\n'),
  'an expectation is there': post('Expect: 100-continue\r\nContent-Length: 3\r\n', 'abc'),
  'an unknown expectation is there': post('Expect: nothing\r\nContent-Length: 3\r\n', 'abc'),
  'Connection names fields': get('Connection: keep-alive, X-Private\r\nX-Private: 1\r\n'),
  'Connection names Host': get('Connection: Host\r\n'),
  'Connection names the length': post('Connection: Content-Length\r\nContent-Length: 3\r\n', 'abc'),
  'Connection is there twice': get('Connection: keep-alive\r\nConnection: close\r\n'),
  'Connection is close': get('Connection: close\r\n'),
  'Connection is Close, and more follows': get('Connection: Close\r\n', get('')),
  'Connection is Keep-Alive': get(
    'Connection: Keep-Alive\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\n',
  ),
  'trailers are welcome': get('TE: trailers\r\n'),
  'trailers are announced': get('Trailer: X-Sum\r\n'),
  'the cookie is ours': get('Cookie: imm-release=0.5\r\n'),
  'the cookie is among others': get('Cookie: a=b; imm-release=0.5; c=d\r\ncookie: x=y\r\n'),
  'a release is named': get('X-Imm-Release: r1-aaaaaaa\r\n'),
  'it says that it is a copy': get('X-Imm-Mirror: 1\r\n'),
  'it says who asked': get(
    'X-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nX-Forwarded-Proto: https\r\nX-FORWARDED-A-VERY-LONG-NAME-OF-SOMETHING: 1\r\n',
  ),
  'a request id is there': get('X-Request-Id: mine\r\n'),
  'a request id is empty': get('X-Request-Id: \r\n'),
  'two request ids are there': get('X-Request-Id: a\r\nX-Request-Id: b\r\n'),
  'the target is absolute': `GET http://${shopHost}/ HTTP/1.1\r\n${host}\r\n`,
  'the target is an asterisk': `OPTIONS * HTTP/1.1\r\n${host}\r\n`,
  'the target has no slash': `GET x HTTP/1.1\r\n${host}\r\n`,
  'the target is empty': `GET  HTTP/1.1\r\n${host}\r\n`,
  'the target has a space': `GET /a b HTTP/1.1\r\n${host}\r\n`,
  'the target has a fragment': `GET /a#b HTTP/1.1\r\n${host}\r\n`,
  'the target has odd characters': `GET /"<>\\^\`{|} HTTP/1.1\r\n${host}\r\n`,
  'the target is beyond ASCII': `GET /caf\xe9 HTTP/1.1\r\n${host}\r\n`,
  'the target has a query with brackets': `GET /a%20b?c[]=d&e=:@!$'()*+,;~ HTTP/1.1\r\n${host}\r\n`,
  'the target begins with two slashes': `GET //evil.example/ HTTP/1.1\r\n${host}\r\n`,
  'the target has dots': `GET /../../etc HTTP/1.1\r\n${host}\r\n`,
  'the version is 1.0': `GET / HTTP/1.0\r\n${host}\r\n`,
  'the version is 1.0 and it stays': `GET / HTTP/1.0\r\n${host}Connection: keep-alive\r\n\r\n`,
  'the version is 1.2': `GET / HTTP/1.2\r\n${host}\r\n`,
  'the version is 2.0': `GET / HTTP/2.0\r\n${host}\r\n`,
  'the version is in small letters': `GET / http/1.1\r\n${host}\r\n`,
  'the version is missing': `GET /\r\n${host}\r\n`,
  'two spaces are before the version': `GET /  HTTP/1.1\r\n${host}\r\n`,
  'a space is after the version': `GET / HTTP/1.1 \r\n${host}\r\n`,
  'an empty line is before the request': `\r\nGET / HTTP/1.1\r\n${host}\r\n`,
  'the method is unknown': `BREW / HTTP/1.1\r\n${host}\r\n`,
  'the method is in small letters': `get / HTTP/1.1\r\n${host}\r\n`,
  'the method is TRACE': `TRACE / HTTP/1.1\r\n${host}\r\n`,
  'the method is CONNECT': `CONNECT ${shopHost}:1 HTTP/1.1\r\n${host}\r\n`,
  'the method is HEAD': `HEAD / HTTP/1.1\r\n${host}\r\n`,
  'the method is OPTIONS': `OPTIONS / HTTP/1.1\r\n${host}\r\n`,
  'the method is PATCH': `PATCH / HTTP/1.1\r\n${host}Content-Length: 1\r\n\r\nx`,
  'the head is long': get(`X: ${'x'.repeat(20_000)}\r\n`),
  'the head has many lines': get('X: 1\r\n'.repeat(300)),
  'the body is long': post('Content-Length: 30000\r\n', 'x'.repeat(30_000)),
  'the body has any bytes': post('Content-Length: 8\r\n', '\0\r\n\r\n\xff\xfe\x80'),
  'three requests come at once': get('') + post('Content-Length: 3\r\n', 'abc') + get(''),
  'a plain request is followed by one that is not':
    get('') + post('Transfer-Encoding: chunked\r\n', '1\r\na\r\n0\r\n\r\n') + get(''),
}

test('hostile and odd messages are refused, passed on and answered as by Node alone', async (t) => {
  const both = await startBothPaths(t)
  for (const [what, text] of Object.entries(hostile)) {
    const kept = await both.exchange([text], undefined, headOf('GET /first HTTP/1.1'))
    t.deepEqual(kept.fast, kept.node, `${what}, on a connection that has served another`)
    for (const pieces of [[text], [text.slice(0, 20), text.slice(20)], [text.slice(0, -1), text.slice(-1)]]) {
      const {fast, node} = await both.exchange(pieces)
      t.deepEqual(fast, node, `${what}, in ${pieces.length}`)
    }
  }
  const {fast, node} = both.counts()
  t.deepEqual({...fast, latency: []}, {...node, latency: []} as typeof fast)
})
