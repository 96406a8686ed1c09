import {once} from 'node:events'
import {connect} from 'node:http2'
import type {ClientHttp2Stream, IncomingHttpHeaders} from 'node:http2'

import {startDev} from '../support/dev.ts'
import {test} from '../support/one-by-one.ts'
import {testProject} from '../support/project.ts'

/** Speaks HTTP/2 alone, and answers when the body has ended. */
const application = (greeting: string): string => `import {createServer} from 'node:http2'
createServer((request, response) => {
  response.flushHeaders()
  request.resume().on('end', () => response.end('${greeting} by ' + request.httpVersion))
}).listen(3000)
`

const releaseOf = async (stream: ClientHttp2Stream): Promise<unknown> =>
  ((await once(stream, 'response')) as [IncomingHttpHeaders])[0]['x-imm-release']

const textOf = async (stream: ClientHttp2Stream): Promise<string> =>
  String(Buffer.concat((await stream.toArray()) as Buffer[]))

test('an application that speaks HTTP/2 alone is proved and reached by it, and a flip leaves its streams alone', async (t) => {
  await using project = await testProject({
    settings: 'protocol: h2c\nhealth: /healthz',
    files: {'src/server.js': application('first')},
  })
  await using dev = startDev(project)
  const first = await dev.goesLive()
  t.is((await dev.fetch()).text, 'first by 2.0')

  const {host, origin} = dev.address()
  const session = connect(origin)
  t.teardown(() => session.destroy())
  const underWay = session.request({':authority': host, ':method': 'POST'}, {endStream: false})
  t.is(await releaseOf(underWay), first.release)
  await project.write('src/server.js', application('second'))
  const second = await dev.goesLive()
  const next = session.request({':authority': host})
  t.is(await releaseOf(next), second.release)
  t.is(await textOf(next), 'second by 2.0')
  underWay.end()
  t.is(await textOf(underWay), 'first by 2.0')
})
