import test from 'ava'

import {parseEndpoint} from '../../../scripts/setup/endpoint.ts'

test('sockets, pipes and plain TCP are read as DOCKER_HOST writes them', (t) => {
  t.deepEqual(parseEndpoint('unix:///a b.sock'), {socketPath: '/a b.sock', url: 'unix:///a b.sock'})
  t.is(pathOf('npipe:////./pipe/docker_engine'), '//./pipe/docker_engine')
  t.deepEqual(parseEndpoint('tcp://10.0.0.1:2375'), {host: '10.0.0.1', port: 2375, url: 'tcp://10.0.0.1:2375'})
  t.deepEqual(parseEndpoint('tcp://[::1]:2375'), {host: '::1', port: 2375, url: 'tcp://[::1]:2375'})
})

test('what needs keys is left to the user', (t) => {
  t.is(parseEndpoint('ssh://me@build'), undefined)
  t.is(parseEndpoint('tcp://build:2376', '/home/me/.docker'), undefined)
})

const pathOf = (url: string) => {
  const endpoint = parseEndpoint(url)
  return endpoint && 'socketPath' in endpoint ? endpoint.socketPath : undefined
}
