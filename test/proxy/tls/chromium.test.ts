import {mkdir} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'
import {execa} from 'execa'

import {tlsPlace} from '../../../src/tls/place.ts'
import {nssStore} from '../../../src/tls/stores/nss-store.ts'
import {trust} from '../../../src/tls/trust.ts'
import {shop, startTestProxy} from '../kit/proxy.ts'
import {startUpstream} from '../kit/upstream.ts'

const programs = [
  ['chromium', '--version'],
  ['certutil', '-H'],
] as const

test('Chromium follows the link without a warning once its store has the authority, and not before', async (t) => {
  for (const [program, argument] of programs)
    if ((await execa(program, [argument], {reject: false})).code === 'ENOENT')
      return t.log(`skipped: ${program} is not installed`)
  t.timeout(120_000)
  const {home, proxy, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(`<p>over ${String(request.headers['x-forwarded-proto'])}</p>`)
  })
  await flip(upstream.target(1))
  const user = path.join(home, 'user')
  const database = path.join(user, '.pki', 'nssdb')
  await mkdir(database, {recursive: true})
  await execa('certutil', ['-N', '-d', `sql:${database}`, '--empty-password'])
  // A profile each: a Chromium that still ends would be asked in its place.
  let profiles = 0
  const seenAt = async (url: string): Promise<string> => {
    const profile = path.join(home, `profile-${profiles++}`)
    const options = ['--headless', '--no-sandbox', '--disable-gpu', '--no-proxy-server', '--dump-dom']
    const {stdout} = await execa('chromium', [...options, `--user-data-dir=${profile}`, url], {
      env: {HOME: user},
      reject: false,
      timeout: 60_000,
    })
    return stdout
  }
  const {signal} = new AbortController()
  await trust({place: tlsPlace(home), stores: [], signal})
  const {port} = proxy
  t.notRegex(await seenAt(`https://shop.localhost:${port}/`), /over https/)
  await trust({place: tlsPlace(home), stores: [nssStore(database)], signal})
  const {url} = proxy.state(shop)!
  t.is(url, `https://shop.localhost:${port}`)
  const seen = await seenAt(url)
  t.regex(seen, /over https/)
})
