import test from 'ava'

import {scanAnswer} from '../../../src/proxy/fast/answer-head.ts'
import {headForUpstream, scanRequest} from '../../../src/proxy/fast/request.ts'

const browser = [
  'GET /products?page=2&sort[]=price HTTP/1.1',
  'Host: shop.localhost:7070',
  'Connection: keep-alive',
  'Cache-Control: max-age=0',
  'sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24"',
  'sec-ch-ua-mobile: ?0',
  'Upgrade-Insecure-Requests: 1',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
  'Accept: text/html,application/xhtml+xml,*/*;q=0.8',
  'Sec-Fetch-Site: none',
  'Accept-Encoding: gzip, deflate, br, zstd',
  'Cookie: session=abc; imm-release=0.25; theme=dark',
  'If-None-Match: W/"x"',
]

const plain: Record<string, string> = {
  'of a browser': `${browser.join('\r\n')}\r\n\r\n`,
  'of curl': 'GET / HTTP/1.1\r\nHost: shop.localhost\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n',
  'of a program that posts':
    'POST /api HTTP/1.1\r\nhost: shop.localhost\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
  'of a program that asks once': 'GET / HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\n\r\n',
}

for (const [whose, text] of Object.entries(plain)) {
  test(`a request ${whose} takes the fast path, in one piece`, (t) => {
    t.is(scanRequest(text)?.end, text.length)
    for (let length = 0; length < text.length; length++) t.is(scanRequest(text.slice(0, length)), undefined)
  })
}

test('the upstream gets what the client sent, without what is for the proxy alone', (t) => {
  const request = scanRequest(plain['of a browser'] as string)!
  t.is(
    headForUpstream(request, '127.0.0.1', 'id-1', true),
    [
      ...browser.filter((line) => !line.startsWith('Connection')).map((line) => line.replace(' imm-release=0.25;', '')),
      'x-forwarded-for: 127.0.0.1',
      'x-forwarded-proto: http',
      'x-forwarded-host: shop.localhost:7070',
      'x-request-id: id-1',
      'Connection: keep-alive',
      '',
      '',
    ].join('\r\n'),
  )
})

test('an answer of a usual server takes the fast path', (t) => {
  const text =
    'HTTP/1.1 200 OK\r\nX-Powered-By: Express\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 5\r\nETag: W/"5-x"\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n'
  const answer = scanAnswer(`${text}hello`, false)
  t.like(answer, {status: 200, length: 5, headEnd: text.length, hasDate: true, close: false, keepAliveMs: 5000})
  t.notRegex(answer!.lines, /keep-alive/i)
  t.is(scanAnswer(text, true)?.length, 0)
  t.is(scanAnswer(text.slice(0, -1), false), undefined)
})

test('a line that is long and wrong at its end costs no more than one that is right', (t) => {
  // What a pattern that tries again and again would take minutes for.
  const startMs = performance.now()
  for (const odd of ['\0', ' ', '\t', '\r', '\x80'])
    for (const value of ['a '.repeat(4000), 'a\t \t'.repeat(2000), ' '.repeat(8000), ': '.repeat(4000)])
      t.is(scanRequest(`GET / HTTP/1.1\r\nHost: x\r\nX: ${value}${odd}\r\n\r\n`), undefined)
  t.true(performance.now() - startMs < 2000)
})
