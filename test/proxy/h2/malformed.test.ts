import test from 'ava'

import {until} from '../kit/client.ts'
import {shopHost} from '../kit/proxy.ts'
import {block, frame, get, openFrames, startCounted, types} from './frames.ts'

const withPath = (path: string) => get.map(([name, value]) => [name, name === ':path' ? path : value] as const)

const malformed: [string, readonly (readonly [string, string])[]][] = [
  ['a Connection field', [...get, ['connection', 'close']]],
  ['a Transfer-Encoding field', [...get, ['transfer-encoding', 'chunked']]],
  ['TE for more than trailers', [...get, ['te', 'gzip']]],
  ['a name in upper case', [...get, ['X-Upper', '1']]],
  ['a pseudo-header after a field', [['x-a', '1'], ...get]],
  ['an unknown pseudo-header', [...get, [':imm', '1']]],
  ['no path', get.filter(([name]) => name !== ':path')],
  ['a path with a blank and a line break', withPath('/ HTTP/1.1\r\nx: y')],
  ['a target that is no path', withPath('http://other.example/')],
  ['two methods', [...get, [':method', 'POST']]],
  ['a method with a blank', [...get.slice(1), [':method', 'GET /']]],
  ['no :authority at all', get.filter(([name]) => name !== ':authority')],
  ['a user in :authority', [...get.slice(0, 3), [':authority', `me@${shopHost}`]]],
  ['a length that its body does not have', [...get, ['content-length', '5']]],
  ['two lengths', [...get, ['content-length', '0'], ['content-length', '0']]],
]
for (const [what, fields] of malformed) {
  test(`${what} resets the stream, and reaches no release`, async (t) => {
    const {port, reached} = await startCounted(t)
    const {socket, frames, next} = openFrames(t, port)
    socket.write(frame('headers', 5, 1, block(fields)))
    socket.write(frame('headers', 5, 3, block(get)))
    await next('headers', 3)
    t.is((await next('reset', 1)).payload.readUInt32BE(), 1)
    t.false(frames.some(({type, stream}) => type === types.headers && stream === 1))
    t.is(reached().length, 1)
  })
}

const invalid: [string, readonly [string, string]][] = [
  ['a line break in its value', ['x-a', 'b\r\nhost: evil.example']],
  ['a NUL in its value', ['x-a', 'b\0c']],
  ['a colon in its name', ['x:a', '1']],
  ['a blank in its name', ['x a', '1']],
]
for (const [what, field] of invalid) {
  test(`a field with ${what} is left out`, async (t) => {
    const {port, reached} = await startCounted(t)
    const {socket, next} = openFrames(t, port)
    socket.write(frame('headers', 5, 1, block([...get, field])))
    await next('headers', 1)
    const [fields] = reached()
    t.false(fields?.some((each) => /^x.?a(?::|$)|evil/i.test(each)))
  })
}

test('Host beside another :authority is answered with 400, and reaches no release', async (t) => {
  const {port, reached} = await startCounted(t)
  const {socket, next} = openFrames(t, port)
  socket.write(frame('headers', 5, 1, block([...get, ['host', 'other.localhost']])))
  // The static table's index of `:status: 400`.
  t.is((await next('headers', 1)).payload[0], 0x80 | 12)
  t.deepEqual(reached(), [])
})

test('Host in place of :authority, or equal to it, is as good', async (t) => {
  const {port, reached} = await startCounted(t)
  const {socket, next} = openFrames(t, port)
  socket.write(frame('headers', 5, 1, block([...get.slice(0, 3), ['host', shopHost]])))
  socket.write(frame('headers', 5, 3, block([...get, ['host', shopHost]])))
  for (const stream of [1, 3]) t.is((await next('headers', stream)).payload[0], 0x80 | 8)
  for (const fields of reached()) t.is(fields.filter((each) => each.toLowerCase() === 'host').length, 1)
})

test('a body that is reset without an error does not look like a whole one to the application', async (t) => {
  const {port, reached, ended} = await startCounted(t)
  const {socket} = openFrames(t, port)
  const post = [[':method', 'POST'] as const, ...get.slice(1)]
  socket.write(frame('headers', 4, 1, block(post)))
  socket.write(frame('data', 0, 1, Buffer.from('half')))
  await until(() => reached().length > 0)
  socket.write(frame('reset', 0, 1, Buffer.alloc(4)))
  t.is(await ended(), 'broken off')
})
