import {readFile} from 'node:fs/promises'
import {get} from 'node:http'
import path from 'node:path'

import {startDev} from '../support/dev.ts'
import {test} from '../support/one-by-one.ts'
import {trafficProject} from '../support/traffic-app.ts'
import {openSocket} from '../support/traffic-socket.ts'
import {until} from '../support/until.ts'

test('a save reloads the page after its flip, and sends the WebSocket to the new release; a rejected one does neither', async (t) => {
  await using project = await trafficProject('drain: {time: 60s, websocket: close}\n')
  const server = await readFile(path.join(project.directory, 'src/server.js'), 'utf8')
  const html = server.replace('text/plain', 'text/html')
  await project.write('src/server.js', html)
  await using dev = startDev(project, ['--reload', '--no-logs'])
  const first = await dev.goesLive()
  const {origin, host} = dev.address()
  const {text} = await dev.fetch('/', {headers: {accept: 'text/html'}})
  t.true(text.startsWith(`<script src="/.imm/reload.js" data-release="${first.release}" async></script>first`), text)

  let heard = ''
  const page = get(`${origin}/.imm/reload`, {headers: {host}, agent: false}, (response) => {
    response.setEncoding('utf8').on('data', (chunk: string) => (heard += chunk))
  })
  page.on('error', () => undefined)
  t.teardown(() => page.destroy())
  await until(async () => heard.includes(`data: ${first.release}\n`))
  using socket = await openSocket(dev.address())
  t.is(await socket.say('a'), 'first: a')

  await project.write('src/server.js', 'throw new Error("broken")')
  await dev.next('rejected')
  await project.write('src/server.js', `${html}// corrected`)
  const second = await dev.goesLive()
  await socket.closed
  await until(async () => heard.includes(`data: ${second.release}\n`))
  t.is(heard.match(/^data: /gm)?.length, 2, 'the rejected one was not heard of')
  const retired = await dev.next('retired')
  t.is(retired.cut, 0)
  t.true(retired.drainMs < 30_000, `${retired.drainMs} ms`)
  using again = await openSocket(dev.address())
  t.is(await again.say('a'), 'first: a')
  t.is((await dev.fetch()).release, second.release)
})
