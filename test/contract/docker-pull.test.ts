import {randomBytes} from 'node:crypto'
import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import type {ExecutionContext} from 'ava'

import {connectEngine} from '../../src/engine/connect.ts'
import {isImmError} from '../../src/errors.ts'
import {tarOf} from '../support/memory-engine/tar.ts'
import {test} from '../support/one-by-one.ts'
import {registry} from '../support/registry.ts'
import {dockerSocket, noDocker} from './engine-docker.ts'

const reason = await noDocker()
const onDocker = reason === undefined ? test : test.skip
const note = reason === undefined ? '' : ` (not run, because ${reason})`

const signal = new AbortController().signal
const layer = () => tarOf({'from-registry': randomBytes(50_000).toString('base64')})

const configured = async (t: ExecutionContext, config: object, helpers: Readonly<Record<string, string>> = {}) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-pull-'))
  t.teardown(() => rm(directory, {recursive: true}))
  await writeFile(path.join(directory, 'config.json'), JSON.stringify(config))
  for (const [name, script] of Object.entries(helpers)) {
    const file = path.join(directory, `docker-credential-${name}`)
    await writeFile(file, `#!/bin/sh\n${script}\n`)
    await chmod(file, 0o755)
  }
  const env = {
    DOCKER_HOST: `unix://${dockerSocket}`,
    DOCKER_CONFIG: directory,
    PATH: `${directory}:${process.env['PATH']}`,
  }
  return connectEngine({env, platform: process.platform, signal})
}

onDocker(`an image is fetched, and its bytes are told as they come${note}`, async (t) => {
  await using server = await registry('shop/db', layer())
  const engine = await configured(t, {})
  const reference = `${server.host}/shop/db:1`
  const told: {doneBytes: number; totalBytes: number}[] = []
  const image = await engine.pull({reference, onProgress: (progress) => told.push(progress)}, signal)
  t.teardown(() => engine.untag(reference, signal))
  t.deepEqual(image.references, [reference])
  t.deepEqual(await engine.image(reference, signal), image)
  const {doneBytes = 0, totalBytes} = told.at(-1) ?? {}
  t.is(doneBytes, totalBytes as number)
  t.true(doneBytes > 30_000)
})

onDocker(`what the registry does not have, and a registry that is not there, are told${note}`, async (t) => {
  const server = await registry('shop/db', layer())
  const engine = await configured(t, {})
  const pull = async (reference: string) => t.throwsAsync(engine.pull({reference, onProgress: () => {}}, signal))
  const missing = await pull(`${server.host}/shop/db:2`)
  t.true(isImmError(missing, 'IMAGE_UNAVAILABLE'), String(missing))
  t.regex(missing.message, /shop\/db:2 can't be fetched: .*manifest unknown/)
  await server[Symbol.asyncDispose]()
  const gone = await pull(`${server.host}/shop/db:1`)
  t.true(isImmError(gone, 'IMAGE_UNAVAILABLE'), String(gone))
})

onDocker(`a registry that asks for credentials gets those of the user's Docker configuration${note}`, async (t) => {
  await using server = await registry('shop/db', layer(), 'ada:s3cret')
  const reference = `${server.host}/shop/db:1`
  const auth = Buffer.from('ada:s3cret').toString('base64')
  const configurations = [
    await configured(t, {auths: {[`https://${server.host}/v2/`]: {auth}}}),
    await configured(
      t,
      {credHelpers: {[server.host]: 'own'}, credsStore: 'none'},
      {
        own: `read -r server; [ "$server" = "${server.host}" ] || exit 1; echo '{"ServerURL":"x","Username":"ada","Secret":"s3cret"}'`,
      },
    ),
  ]
  for (const engine of configurations) {
    await engine.pull({reference, onProgress: () => {}}, signal)
    await engine.untag(reference, signal)
  }
  const stranger = await configured(t, {credsStore: 'none'})
  const error = await t.throwsAsync(stranger.pull({reference, onProgress: () => {}}, signal))
  if (!isImmError(error, 'IMAGE_UNAVAILABLE')) return t.fail(String(error))
  t.regex(error.next, /docker-credential-none can't be started/)
  t.false(JSON.stringify(error).includes('s3cret'))
  return undefined
})
