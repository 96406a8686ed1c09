/** What an application writes, byte for byte, and what the client must see of it. */
export interface AnswerCase {
  what: string
  /** latin1; then the application ends its half, or resets the connection, or keeps it open */
  writes: string
  after: 'end' | 'reset' | 'keep'
  method?: string
  /** `status body` of a whole answer */
  whole?: string
  /** the client's connection breaks off after this beginning of a body: what there was of an answer must not look whole */
  broken?: string
}

const head = (...fields: string[]): string => `${['HTTP/1.1 200 OK', ...fields].join('\r\n')}\r\n\r\n`
const bad = (what: string, writes: string): AnswerCase => ({what, writes, after: 'end', whole: '502'})

export const answerCases: readonly AnswerCase[] = [
  {what: 'an answer with a length', writes: `${head('Content-Length: 5')}abcde`, after: 'keep', whole: '200 abcde'},
  {
    what: 'an answer in chunks',
    writes: `${head('Transfer-Encoding: chunked')}5\r\nabcde\r\n0\r\n\r\n`,
    after: 'keep',
    whole: '200 abcde',
  },
  {
    what: 'chunks with extensions',
    writes: `${head('Transfer-Encoding: chunked')}5;a="b"\r\nabcde\r\n0;c\r\n\r\n`,
    after: 'keep',
    whole: '200 abcde',
  },
  {what: 'an answer until the connection ends', writes: `${head()}abcde`, after: 'end', whole: '200 abcde'},
  {what: 'an answer of HTTP/1.0', writes: 'HTTP/1.0 200 OK\r\n\r\nabcde', after: 'end', whole: '200 abcde'},
  {
    what: 'an answer of HTTP/1.0 with a length',
    writes: 'HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nabcde',
    after: 'end',
    whole: '200 abcde',
  },
  {what: 'an empty reason', writes: 'HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n', after: 'keep', whole: '200 '},
  {what: 'no reason at all', writes: 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', after: 'keep', whole: '200 '},
  ...[200, 203, 226, 299, 399, 418, 451, 499, 599, 600, 999].map((status): AnswerCase => ({
    what: `the status ${status}`,
    writes: `HTTP/1.1 ${status} Odd\r\nContent-Length: 5\r\n\r\nabcde`,
    after: 'keep',
    whole: `${status} abcde`,
  })),
  {
    what: '204 with a length',
    writes: 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n',
    after: 'keep',
    whole: '204 ',
  },
  {
    what: '304 with a length',
    writes: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n',
    after: 'keep',
    whole: '304 ',
  },
  {
    what: '205 with a length of zero',
    writes: 'HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n',
    after: 'keep',
    whole: '205 ',
  },
  {what: 'HEAD with a length', writes: head('Content-Length: 5'), after: 'keep', method: 'HEAD', whole: '200 '},
  {what: 'HEAD with chunks', writes: head('Transfer-Encoding: chunked'), after: 'keep', method: 'HEAD', whole: '200 '},
  {
    what: 'a hundred fields',
    writes: head(...Array.from({length: 100}, (_, index) => `X-${index}: y`), 'Content-Length: 0'),
    after: 'keep',
    whole: '200 ',
  },
  {
    what: '3000 fields, the length last',
    writes: `${head(...Array.from({length: 3000}, (_, index) => `X-${index}: y`), 'Content-Length: 5')}abcde`,
    after: 'keep',
    whole: '200 abcde',
  },
  {
    what: 'a field of 50 KiB',
    writes: head(`X: ${'x'.repeat(50_000)}`, 'Content-Length: 0'),
    after: 'keep',
    whole: '200 ',
  },
  bad('nothing', ''),
  bad('an empty line', '\r\n'),
  bad('what is not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'),
  bad('half a status line', 'HTTP/1.1 20'),
  bad('half a head', 'HTTP/1.1 200 OK\r\nContent-Le'),
  bad('a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'),
  bad('a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'),
  bad('a status that is no number', 'HTTP/1.1 two OK\r\n\r\n'),
  bad('the status 099', 'HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n'),
  bad(
    'a switch that nobody asked for',
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nboo',
  ),
  bad('two lengths', `${head('Content-Length: 5', 'Content-Length: 6')}abcdef`),
  bad('the same length twice', `${head('Content-Length: 5', 'Content-Length: 5')}abcde`),
  bad('a length and chunks', `${head('Content-Length: 5', 'Transfer-Encoding: chunked')}5\r\nabcde\r\n0\r\n\r\n`),
  bad('chunks and a length', `${head('Transfer-Encoding: chunked', 'Content-Length: 5')}5\r\nabcde\r\n0\r\n\r\n`),
  ...['+5', '-5', '0x5', '5, 5', '5 5', '', '99999999999999999999'].map((length) =>
    bad(`the length ${JSON.stringify(length)}`, `${head(`Content-Length: ${length}`)}abcde`),
  ),
  bad('a field with a NUL', head('X: y\0z', 'Content-Length: 0')),
  bad('a field with a bare CR', head('X: y\rz', 'Content-Length: 0')),
  bad('a field with a bare LF', head('X: y\nz', 'Content-Length: 0')),
  bad('a field without a name', head(': y', 'Content-Length: 0')),
  bad('a field with a space before its colon', head('X : y', 'Content-Length: 0')),
  bad('a folded field', head('X: y\r\n z', 'Content-Length: 0')),
  bad('a head with bare LFs', 'HTTP/1.1 200 OK\nContent-Length: 5\n\nabcde'),
  bad('a head of more than 64 KiB', head(`X: ${'x'.repeat(70_000)}`, 'Content-Length: 0')),
  bad('a head that never ends', `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(200_000)}`),
  bad('interim answers without end', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(10_000)),
  {what: 'a length, and less', writes: `${head('Content-Length: 10')}abcde`, after: 'end', broken: 'abcde'},
  {what: 'a length, less, and a reset', writes: `${head('Content-Length: 10')}abcde`, after: 'reset', broken: 'abcde'},
  {
    what: 'chunks without the last one',
    writes: `${head('Transfer-Encoding: chunked')}5\r\nabcde\r\n`,
    after: 'end',
    broken: 'abcde',
  },
  {what: 'a chunk cut short', writes: `${head('Transfer-Encoding: chunked')}9\r\nabcde`, after: 'end', broken: 'abcde'},
  {what: 'an answer until the connection ends, and a reset', writes: `${head()}abcde`, after: 'reset', broken: 'abcde'},
  ...['5 ', '+5', '0x5', 'g', '-1', 'ffffffffffffffffff', '5\n'].map((size): AnswerCase => ({
    what: `the chunk size ${JSON.stringify(size)} after a good chunk`,
    writes: `${head('Transfer-Encoding: chunked')}2\r\nab\r\n${size}\r\nabcde\r\n0\r\n\r\n`,
    after: 'keep',
    broken: 'ab',
  })),
  {
    what: 'a chunk longer than its size',
    writes: `${head('Transfer-Encoding: chunked')}2\r\nabc\r\n0\r\n\r\n`,
    after: 'keep',
    broken: 'ab',
  },
]
