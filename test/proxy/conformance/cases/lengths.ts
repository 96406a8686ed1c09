import {accepted, get, host, post, refused, shown, smuggled} from './case.ts'
import type {RequestCase} from './case.ts'

const length = (value: string, body = 'abcde'): string => post(`Content-Length: ${value}`) + body
const chunkedOf = (coding: string): string => post(coding) + `0\r\n\r\n${smuggled}`

/** For a server that falls back to the length, one that takes the last, one that takes any that contains the word ... */
const codings = [
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding: chunked, gzip',
  'Transfer-Encoding: chunked, chunked',
  'Transfer-Encoding: chunked,',
  'Transfer-Encoding:',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding: \r\n chunked',
  'Transfer-Encoding\r\n : chunked',
  'Transfer-Encoding : chunked',
  ' Transfer-Encoding: chunked',
  'Transfer-Encoding: \vchunked',
  'Transfer-Encoding: chunked\v',
  'Transfer-Encoding: \0chunked',
  'Transfer-Encoding: chunked\0',
  'Transfer-Encoding: \rchunked',
  'Transfer-Encoding: chunked\r',
  'X: y\nTransfer-Encoding: chunked',
  'X: y\rTransfer-Encoding: chunked',
  'Transfer\0-Encoding: chunked',
  'Transfer-Encoding\0: chunked',
  'Transfer-Encoding\t: chunked',
]
const unknownCodings = [
  'xchunked',
  'identity',
  '"chunked"',
  'chunked;a=b',
  'chunk',
  'chunkedx',
  'cow',
  ',chunked',
  'gzip, chunked',
  'chunked\x85',
  '\xa0chunked',
  'identity\r\nTransfer-Encoding: chunked',
]

/** Where a message ends (RFC 9112 6): what two readers could see differently is refused. */
export const lengthCases: readonly RequestCase[] = [
  accepted('a length', length('5'), 'POST /first abcde'),
  accepted('a length with leading zeros', length('0005'), 'POST /first abcde'),
  accepted('a length of zero', length('0', ''), 'POST /first '),
  accepted('a GET with a body', get('Content-Length: 5') + 'abcde', 'GET /first abcde'),
  accepted('a request in a body', length(String(smuggled.length), smuggled), `POST /first ${smuggled}`),
  accepted('two requests at once', length('2', 'ab') + length('3', 'cde'), 'POST /first ab', 'POST /first cde'),
  ...[
    '+5',
    '-5',
    '0x5',
    '5_0',
    '5 0',
    '5,5',
    '5, 5',
    '5, 6',
    '',
    '5.0',
    '5e0',
    '٥',
    '99999999999999999999',
    '5\v',
    '"5"',
    ';5',
  ].map((value) =>
    refused(`the length ${shown(value)}`, length(Buffer.from(value, 'utf8').toString('latin1')) + smuggled),
  ),
  refused('two different lengths', post('Content-Length: 5', 'Content-Length: 6') + `abcde${smuggled}`),
  refused('the same length twice', post('Content-Length: 5', 'Content-Length: 5') + `abcde${smuggled}`),
  refused('the same length twice, far apart', post('content-length: 5', 'X: y', 'CONTENT-LENGTH: 5') + 'abcde'),
  refused('a length and chunks (CL.TE)', post('Content-Length: 6', 'Transfer-Encoding: chunked') + '0\r\n\r\nG'),
  refused('chunks and a length (TE.CL)', post('Transfer-Encoding: chunked', 'Content-Length: 4') + `5c\r\n${smuggled}`),
  refused('a length of zero and chunks (CL.0)', post('Content-Length: 0', 'Transfer-Encoding: chunked') + smuggled),
  // A server that falls back to the length, one that takes the last, one that takes any that contains the word ...
  ...codings.flatMap((coding) => [
    refused(`the field ${shown(coding)}`, chunkedOf(coding)),
    refused(`the field ${shown(coding)} beside a length`, chunkedOf(`Content-Length: 5\r\n${coding}`)),
  ]),
  // Well-formed, and not the one that is known.
  ...unknownCodings.map((coding) =>
    refused(`the coding ${shown(coding)}`, chunkedOf(`Transfer-Encoding: ${coding}`), 501),
  ),
  accepted('a coding in upper case', post('TRANSFER-ENCODING: CHUNKED') + '1\r\na\r\n0\r\n\r\n', 'POST /first a'),
  refused('a coding between tabs', chunkedOf('Transfer-Encoding:\tchunked\t ')),
  // A field of another name is no framing: it passes, or is dropped, but nobody may take it for one.
  accepted(
    'a coding with an underscore',
    post('Transfer_Encoding: chunked', 'Content-Length: 5') + 'abcde',
    'POST /first abcde',
  ),
  accepted(
    'a nominated length',
    post('Connection: content-length', 'Content-Length: 5') + 'abcde',
    'POST /first abcde',
  ),
  accepted(
    'a nominated coding',
    post('Connection: transfer-encoding', 'Transfer-Encoding: chunked') + '1\r\na\r\n0\r\n\r\n',
    'POST /first a',
  ),
  accepted('a nominated host', get('Connection: host'), 'GET /first '),
  refused(
    'chunks in HTTP/1.0',
    `POST /first HTTP/1.0\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
  ),
]
