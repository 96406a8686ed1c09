import {accepted, post, shown} from './case.ts'
import type {RequestCase} from './case.ts'

const chunked = (body: string, ...fields: string[]): string => post('Transfer-Encoding: chunked', ...fields) + body
/** The head is on its way when the fault is met: the client gets 400, the application's connection is closed on it. */
const broken = (what: string, body: string, status = 400): RequestCase => ({
  what,
  send: chunked(body),
  answers: [status],
  reaches: [],
  partly: true,
})

/** The chunked coding (RFC 9112 7.1). */
export const chunkCases: readonly RequestCase[] = [
  accepted('no chunk', chunked('0\r\n\r\n'), 'POST /first '),
  accepted('a chunk', chunked('5\r\nabcde\r\n0\r\n\r\n'), 'POST /first abcde'),
  accepted('chunks', chunked('1\r\na\r\n2\r\nbc\r\n2\r\nde\r\n0\r\n\r\n'), 'POST /first abcde'),
  accepted(
    'a size in either case',
    chunked(`a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n`),
    'POST /first 01234567890123456789',
  ),
  accepted('a size with leading zeros', chunked('0005\r\nabcde\r\n000\r\n\r\n'), 'POST /first abcde'),
  accepted('extensions', chunked('5;a=b;c="d e"\r\nabcde\r\n0;last\r\n\r\n'), 'POST /first abcde'),
  accepted('trailers', chunked('5\r\nabcde\r\n0\r\nX-Sum: 1\r\n\r\n', 'Trailer: X-Sum'), 'POST /first abcde'),
  accepted('a line end in a chunk', chunked('7\r\na\r\n0\r\n\r\r\n0\r\n\r\n'), 'POST /first a\r\n0\r\n\r'),
  ...['5 ', ' 5', '+5', '-5', '0x5', '5_0', 'g', '', '5\t', 'ffffffffffffffffff', '5\0', '5,5', '１'].map((size) =>
    broken(`the chunk size ${shown(size)}`, `${Buffer.from(size, 'utf8').toString('latin1')}\r\nabcde\r\n0\r\n\r\n`),
  ),
  broken('a size that ends in a bare LF', '5\nabcde\r\n0\r\n\r\n'),
  broken('a size that ends in a bare CR', '5\rabcde\r\n0\r\n\r\n'),
  broken('a chunk that ends in a bare LF', '5\r\nabcde\n0\r\n\r\n'),
  broken('a chunk longer than its size', '5\r\nabcdefgh\r\n0\r\n\r\n'),
  broken('a chunk without an end', '5\r\nabcde0\r\n\r\n'),
  broken('an extension with a bare LF', '5;a\nb\r\nabcde\r\n0\r\n\r\n'),
  broken('an extension with a bare CR', '5;a\rb\r\nabcde\r\n0\r\n\r\n'),
  broken('an extension that never ends', `5;${'a'.repeat(100_000)}\r\nabcde\r\n0\r\n\r\n`, 413),
  broken('a last chunk that ends in a bare LF', '5\r\nabcde\r\n0\n\n'),
  broken('a trailer that is no field', '5\r\nabcde\r\n0\r\nX Sum: 1\r\n\r\n'),
  broken('a trailer that never ends', `5\r\nabcde\r\n0\r\nX-Sum: ${'a'.repeat(100_000)}\r\n\r\n`, 431),
]
