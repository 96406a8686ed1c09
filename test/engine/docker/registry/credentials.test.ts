import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test, {type ExecutionContext} from 'ava'

import {credentialsFor} from '../../../../src/engine/docker/registry/credentials.ts'

const signal = new AbortController().signal
const server = 'registry.example'
const base64 = (text: string) => Buffer.from(text).toString('base64')

const ask = async (t: ExecutionContext, config: object | string, helper?: string, wanted = server) => {
  const home = await mkdtemp(path.join(tmpdir(), 'imm-credentials-'))
  t.teardown(() => rm(home, {recursive: true}))
  await writeFile(path.join(home, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config))
  if (helper !== undefined) {
    await writeFile(path.join(home, 'docker-credential-box'), `#!/bin/sh\n${helper}\n`)
    await chmod(path.join(home, 'docker-credential-box'), 0o755)
  }
  return credentialsFor(wanted, {env: {DOCKER_CONFIG: home, PATH: `${home}:/bin:/usr/bin`}, home}, signal)
}

const answering = (username: string) => `cat > /dev/null; echo '{"Username":"${username}","Secret":"s"}'`

test('nothing is known without a configuration', async (t) => {
  t.deepEqual(await credentialsFor(server, {env: {}, home: '/nowhere'}, signal), {})
})

test('a password may have colons, and the address a scheme and a path', async (t) => {
  const {credentials} = await ask(t, {auths: {'https://registry.example/v1/': {auth: base64('ada:a:b')}}})
  t.like(credentials, {username: 'ada', password: 'a:b', serveraddress: server})
})

test('another registry is not given them', async (t) => {
  const {credentials} = await ask(t, {auths: {'registry.example.org': {auth: base64('ada:x')}}})
  t.is(credentials, undefined)
})

test('Docker Hub is known by its old address', async (t) => {
  const hub = 'https://index.docker.io/v1/'
  const {credentials} = await ask(t, {auths: {[hub]: {auth: base64('ada:x')}}}, undefined, hub)
  t.like(credentials, {username: 'ada', serveraddress: hub})
})

test('a helper answers for the registry, and its token is no password', async (t) => {
  t.deepEqual((await ask(t, {credsStore: 'box'}, answering('ada'))).credentials, {
    username: 'ada',
    password: 's',
    serveraddress: server,
  })
  t.deepEqual((await ask(t, {credHelpers: {[server]: 'box'}}, answering('<token>'))).credentials, {
    identitytoken: 's',
    serveraddress: server,
  })
})

test('a helper that has nothing leaves it to the file', async (t) => {
  const nothing = 'cat > /dev/null; echo "credentials not found in native keychain"; exit 1'
  t.deepEqual(await ask(t, {credsStore: 'box', auths: {[server]: {}}}, nothing), {credentials: undefined})
  t.like(await ask(t, {credsStore: 'box', auths: {[server]: {auth: base64('ada:x')}}}, nothing), {
    credentials: {username: 'ada', password: 'x'},
  })
})

test('what keeps credentials from being read is told, without what they are', async (t) => {
  t.regex((await ask(t, '{')).problem ?? '', /config\.json is not what `docker login` writes/)
  t.is((await ask(t, {credsStore: 'missing'})).problem, "docker-credential-missing can't be started")
  t.is(
    (await ask(t, {credsStore: 'box'}, 'echo s3cret; exit 3')).problem,
    'docker-credential-box ended with exit code 3',
  )
  t.false(((await ask(t, {credsStore: 'box'}, 'echo s3cret')).problem ?? 's3cret').includes('s3cret'))
})
