import {mkdtemp, rm} from 'node:fs/promises'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'

import {translated} from './translated.ts'

const files = {'web/Dockerfile': 'FROM scratch', 'web/src/a.js': '', 'web/app.conf': '', 'conf/nginx.conf': ''}

test('what an app mounts of its build context is taken into the image, deeper paths on top, and said once', async (t) => {
  const {apps, notes} = await translated(
    {
      services: {
        web: {
          build: 'web',
          expose: [80],
          volumes: [
            './web/src:/app/src',
            './web:/app:ro',
            '/app/node_modules',
            '/elsewhere',
            './web/app.conf:/etc/app.conf:ro',
          ],
        },
      },
    },
    {files},
  )
  t.deepEqual(apps[0]?.settings.build.copies, [
    {from: '.', to: '/app', keeps: ['/app/node_modules']},
    {from: 'src', to: '/app/src'},
    {from: 'app.conf', to: '/etc/app.conf'},
  ])
  t.deepEqual(apps[0]?.settings.container.binds, [])
  t.deepEqual(apps[0]?.settings.volumes, [])
  t.like(notes, [{key: 'services.web.volumes', kind: 'translated'}])
  t.is(notes.length, 1)
  t.regex(notes[0]?.reason ?? '', /\/app\/src, \/app, \/etc\/app\.conf: taken into the image/)
  t.regex(notes[0]?.reason ?? '', /\/app\/node_modules, \/elsewhere: what the image has there is used/)
})

test('what an app mounts from elsewhere, or what is not there, is read-only; a socket is not', async (t) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-'))
  t.teardown(async () => rm(directory, {recursive: true}))
  const socket = path.join(directory, 'engine.sock')
  const server = createServer().listen(socket)
  t.teardown(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const {apps} = await translated(
    {
      services: {
        web: {build: 'web', volumes: ['./conf:/conf', './web/missing:/missing', `${socket}:/var/run/docker.sock`]},
      },
    },
    {files},
  )
  t.is(apps[0]?.settings.build.copies, undefined)
  t.deepEqual(
    apps[0]?.settings.container.binds.map(({path: to, readOnly}) => [to, readOnly]),
    [
      ['/conf', true],
      ['/missing', true],
      ['/var/run/docker.sock', false],
    ],
  )
})

test('a backing service mounts as Compose does', async (t) => {
  const {services, notes} = await translated(
    {
      services: {
        proxy: {
          image: 'nginx',
          volumes: [
            './conf/nginx.conf:/etc/nginx/nginx.conf:ro',
            './new:/new:rslave',
            {type: 'bind', source: './conf', target: '/conf'},
            {type: 'volume', source: 'data', target: '/data', volume: {nocopy: true, subpath: 'a'}},
            {type: 'tmpfs', target: '/cache', tmpfs: {size: '1m', mode: 0o700}},
          ],
          tmpfs: ['/run', '/tmp:size=2m,noexec'],
        },
      },
      volumes: {data: {}},
    },
    {files},
  )
  const [{container, volumes, tmpfs}] = services as unknown as [Record<string, unknown>]
  t.like(container, {
    binds: [
      {source: 'ROOT/conf/nginx.conf', path: '/etc/nginx/nginx.conf', readOnly: true, create: true},
      {source: 'ROOT/new', path: '/new', readOnly: false, propagation: 'rslave', create: true},
      {source: 'ROOT/conf', path: '/conf', readOnly: false},
    ],
    options: {tmpfsOptions: {'/cache': 'size=1048576,mode=700', '/tmp': 'size=2m,noexec'}},
  })
  t.deepEqual(volumes, [
    {name: 'data', path: '/data', readOnly: false, scope: 'environment', noCopy: true, subpath: 'a'},
  ])
  t.deepEqual(tmpfs, ['/run', '/tmp', '/cache'])
  t.deepEqual(notes, [])
})

test('volumes_from are the other service’s mounts, read-only where it says so, and never a container’s', async (t) => {
  const {services} = await translated({
    services: {
      db: {image: 'postgres', volumes: ['data:/data', '/anonymous']},
      backup: {image: 'backup', volumes_from: ['db:ro']},
    },
    volumes: {data: {}},
  })
  t.deepEqual(
    services[1]?.volumes.map(({name, path: at, readOnly}) => [name, at, readOnly]),
    [
      ['data', '/data', true],
      ['db-anonymous', '/anonymous', true],
    ],
  )
  await t.throwsAsync(translated({services: {a: {image: 'a', volumes_from: ['container:x']}}}), {
    message: /services\.a\.volumes_from\[0\]: names a container/,
  })
})

test('mounts of images and of cluster volumes are refused', async (t) => {
  for (const type of ['image', 'cluster', 'npipe'])
    await t.throwsAsync(translated({services: {a: {image: 'a', volumes: [{type, source: 'x', target: '/x'}]}}}), {
      message: new RegExp(`services\\.a\\.volumes\\[0\\]: imm mounts bind, volume and tmpfs, not ${type}`),
    })
})
