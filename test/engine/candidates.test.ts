import {createHash} from 'node:crypto'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'

import {candidates, type Surroundings} from '../../src/engine/candidates.ts'

const linux: Surroundings = {env: {}, platform: 'linux', home: '/home/ann', uid: 1000}
const endpoints = async (surroundings: Surroundings, prefer: 'docker' | 'podman' = 'docker') =>
  (await candidates(surroundings, prefer)).map(({endpoint}) => endpoint)
const chosen = (env: NodeJS.ProcessEnv) => candidates({...linux, env}, 'docker')

test('without any setting the usual sockets of the platform are tried, Docker first', async (t) => {
  t.deepEqual(await endpoints(linux), [
    'unix:///var/run/docker.sock',
    'unix:///run/user/1000/docker.sock',
    'unix:///home/ann/.docker/run/docker.sock',
    'unix:///home/ann/.docker/desktop/docker.sock',
    'unix:///home/ann/.colima/default/docker.sock',
    'unix:///home/ann/.config/colima/default/docker.sock',
    'unix:///home/ann/.orbstack/run/docker.sock',
    'unix:///home/ann/.rd/docker.sock',
    'unix:///run/user/1000/podman/podman.sock',
    'unix:///run/podman/podman.sock',
  ])
})

test('Podman comes first where it is preferred, and its CONTAINER_HOST before its sockets', async (t) => {
  const env = {CONTAINER_HOST: 'unix:///tmp/p.sock', XDG_RUNTIME_DIR: '/run/ann'}
  t.deepEqual((await endpoints({...linux, env}, 'podman')).slice(0, 4), [
    'unix:///tmp/p.sock',
    'unix:///run/ann/podman/podman.sock',
    'unix:///run/podman/podman.sock',
    'unix:///var/run/docker.sock',
  ])
})

test('Windows has named pipes and no sockets', async (t) => {
  const found = await endpoints({...linux, platform: 'win32', home: 'C:\\Users\\ann', uid: undefined})
  t.deepEqual(found, [
    'npipe:////./pipe/docker_engine',
    'npipe:////./pipe/dockerDesktopLinuxEngine',
    'npipe:////./pipe/podman-machine-default',
  ])
})

test('macOS looks for the sockets of its virtual machines', async (t) => {
  const found = await endpoints({...linux, platform: 'darwin', home: '/Users/ann'})
  t.true(found.includes('unix:///Users/ann/.docker/run/docker.sock'))
  t.true(found.includes('unix:///Users/ann/.local/share/containers/podman/machine/podman.sock'))
  t.false(found.some((endpoint) => endpoint.includes('/run/user/')))
})

test('DOCKER_HOST is the only place, with TLS where it is asked for', async (t) => {
  t.deepEqual(await chosen({DOCKER_HOST: 'unix:///x.sock'}), [
    {name: 'DOCKER_HOST', endpoint: 'unix:///x.sock', tls: undefined},
  ])
  t.deepEqual(await chosen({DOCKER_HOST: 'box:2375'}), [
    {name: 'DOCKER_HOST', endpoint: 'tcp://box:2375', given: 'box:2375', tls: undefined},
  ])
  const env = {DOCKER_HOST: 'tcp://box:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs'}
  t.deepEqual(await chosen(env), [{name: 'DOCKER_HOST', endpoint: 'tcp://box:2376', tls: '/certs'}])
})

test('the Docker context in use comes first, and alone where DOCKER_CONTEXT names it', async (t) => {
  const home = await mkdtemp(path.join(tmpdir(), 'imm-home-'))
  t.teardown(() => rm(home, {recursive: true}))
  const id = createHash('sha256').update('colima').digest('hex')
  const meta = path.join(home, '.docker/contexts/meta', id)
  await mkdir(meta, {recursive: true})
  await writeFile(path.join(home, '.docker/config.json'), JSON.stringify({currentContext: 'colima', auths: {}}))
  const host = 'unix:///home/ann/.colima/work/docker.sock'
  await writeFile(path.join(meta, 'meta.json'), JSON.stringify({Name: 'colima', Endpoints: {docker: {Host: host}}}))
  const found = await candidates({...linux, home}, 'docker')
  t.deepEqual(found[0], {name: 'Docker context colima', endpoint: host, tls: undefined})
  t.is(found[1]?.endpoint, 'unix:///var/run/docker.sock')
  t.is((await candidates({...linux, home, env: {DOCKER_CONTEXT: 'colima'}}, 'docker')).length, 1)
  t.false((await endpoints({...linux, home, env: {DOCKER_CONTEXT: 'default'}})).includes(host))
  await t.throwsAsync(candidates({...linux, home, env: {DOCKER_CONTEXT: 'gone'}}, 'docker'), {message: /"gone"/})
})

test('a broken Docker configuration is no obstacle', async (t) => {
  const home = await mkdtemp(path.join(tmpdir(), 'imm-home-'))
  t.teardown(() => rm(home, {recursive: true}))
  await mkdir(path.join(home, '.docker'))
  await writeFile(path.join(home, '.docker/config.json'), '{"currentContext": 7')
  t.is((await endpoints({...linux, home}))[0], 'unix:///var/run/docker.sock')
})
