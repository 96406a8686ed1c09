import test from 'ava'

import {endpointUrl, namedEndpoint, usualEndpoints} from '../../../scripts/setup/endpoint.ts'

test('DOCKER_HOST is read as docker reads it', (t) => {
  t.is(namedEndpoint({}), undefined)
  t.is(namedEndpoint({DOCKER_HOST: ''}), undefined)
  t.deepEqual(namedEndpoint({DOCKER_HOST: 'unix:///a b.sock'}), {kind: 'socket', socketPath: '/a b.sock'})
  t.deepEqual(namedEndpoint({DOCKER_HOST: 'tcp://[::1]:2375'}), {kind: 'tcp', host: '::1', port: 2375})
})

test('what needs keys of its own is left to the user', (t) => {
  t.is(namedEndpoint({DOCKER_HOST: 'tcp://build:2376', DOCKER_TLS_VERIFY: '1'})?.kind, 'unsupported')
  t.is(namedEndpoint({DOCKER_HOST: 'ssh://me@build'})?.kind, 'unsupported')
})

test('an endpoint is written as DOCKER_HOST wants it', (t) => {
  for (const url of ['unix:///var/run/docker.sock', 'tcp://10.0.0.1:2375', 'ssh://me@build']) {
    const endpoint = namedEndpoint({DOCKER_HOST: url})
    t.is(endpoint && endpointUrl(endpoint), url)
  }
})

test("the system's own socket comes first, a user's Podman before the system's", (t) => {
  const urls = usualEndpoints({XDG_RUNTIME_DIR: '/run/user/7'}, 'linux', '/home/me').map((endpoint) =>
    endpointUrl(endpoint),
  )
  t.is(urls[0], 'unix:///var/run/docker.sock')
  t.deepEqual(urls.slice(-2), ['unix:///run/user/7/podman/podman.sock', 'unix:///run/podman/podman.sock'])
})
