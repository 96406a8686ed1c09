import type {Exchange} from '../../../src/parity/har/entry.ts'

const body = (text: string | Buffer) => {
  const bytes = Buffer.from(text)
  return {bytes: bytes.length, base64: bytes.toString('base64')}
}

/** What the proxy tells of a request. */
export const exchange = (
  more: Omit<Partial<Exchange>, 'requestBody' | 'body'> & {
    requestBody?: string | Buffer
    body?: string | Buffer
  } = {},
): Exchange => ({
  time: '2026-01-02T03:04:05.678Z',
  project: 'shop',
  environment: 'main',
  app: 'web',
  release: 'r1-aaaaaaa',
  method: 'GET',
  url: 'http://shop.localhost:7070/',
  protocol: 'HTTP/1.1',
  requestHeaders: ['Host', 'shop.localhost:7070'],
  status: 200,
  reason: 'OK',
  headers: ['Content-Type', 'text/plain'],
  waitMs: 2,
  ms: 5,
  ...more,
  requestBody: body(more.requestBody ?? ''),
  body: body(more.body ?? ''),
})
