import test from 'ava'

import {canonicalConfig} from '../../../../src/engine/docker/canonical/canonical-config.ts'
import {isForgotten, temporaryReference} from '../../../../src/engine/docker/canonical/intermediate.ts'
import {ownLayers} from '../../../../src/engine/docker/canonical/own-layers.ts'

const history = [
  {created: '2020-01-01T00:00:00Z', created_by: '/bin/sh -c #(nop) ADD file:1 in / '},
  {created: '2020-01-01T00:00:00Z', created_by: 'ENV A=1', empty_layer: true},
  {created: '2026-01-01T00:00:01.5Z', created_by: 'WORKDIR /app'},
  {created: '2026-01-01T00:00:02Z', created_by: 'COPY src ./src # buildkit', comment: 'FROM 0123456789ab'},
  {created: '2026-01-01T00:00:03Z', created_by: 'RUN /bin/sh -c npm ci # buildkit'},
  {created: '2026-01-01T00:00:03Z', created_by: 'CMD ["node"]', empty_layer: true},
]
const layers = ['sha256:base', 'sha256:workdir', 'sha256:copy', 'sha256:run']
const config = {architecture: 'amd64', os: 'linux', rootfs: {type: 'layers' as const, diff_ids: layers}, history}

const own = [
  {index: 1, instruction: 'WORKDIR /app', times: 'set'},
  {index: 2, instruction: 'COPY src ./src', times: 'set'},
  {index: 3, instruction: 'RUN /bin/sh -c npm ci', times: 'clamp'},
]

test('layers above those of the image underneath are the Dockerfile’s', (t) => {
  t.deepEqual(ownLayers(config, ['sha256:base'], 99), own as never)
  t.is(ownLayers(config, [], 0).length, 4)
})

test('where the image underneath is not there, or another by now, the history counts, without steps that made no layer', (t) => {
  t.deepEqual(ownLayers(config, undefined, 4), own as never)
  t.deepEqual(ownLayers(config, ['sha256:other'], 4), own as never)
  t.deepEqual(ownLayers(config, undefined, 0), [])
})

test('what the classic builder copied is known by its own words', (t) => {
  const words = ['/bin/sh -c #(nop) COPY dir:1 in /src ', '/bin/sh -c npm ci', '/bin/sh -c COPY=1 make']
  const classic = {
    ...config,
    history: words.map((created_by) => ({created_by})),
    rootfs: {...config.rootfs, diff_ids: words},
  }
  t.deepEqual(
    ownLayers(classic, [], 3).map(({times, instruction}) => [times, instruction]),
    [
      ['set', 'COPY dir:1 in /src '],
      ['clamp', '/bin/sh -c npm ci'],
      ['clamp', '/bin/sh -c COPY=1 make'],
    ],
  )
})

test('an image that was imported has fewer steps than layers: the steps are those on top', (t) => {
  const imported = {...config, history: history.slice(2)}
  t.deepEqual(ownLayers(imported, ['sha256:base'], 4), own as never)
})

test('no time in a config is after the epoch, older ones stay, and nothing of the machine that built it is left', (t) => {
  const built = {
    ...config,
    created: '2026-01-01T00:00:03Z',
    container: 'abc',
    docker_version: '20.10',
    config: {Hostname: 'abc', Image: 'sha256:1', Env: ['B=2', 'A=1'], Labels: {b: '1', a: '2'}, Cmd: null, OnBuild: []},
  }
  const made = canonicalConfig(built, layers, 1_600_000_000)
  t.is(
    JSON.stringify(made),
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      created: '2020-09-13T12:26:40Z',
      config: {Env: ['B=2', 'A=1'], Labels: {a: '2', b: '1'}},
      rootfs: {type: 'layers', diff_ids: layers},
      history: history.map(({created, created_by, empty_layer}) => ({
        created: created.startsWith('2020') ? created : '2020-09-13T12:26:40Z',
        created_by,
        empty_layer,
      })),
    }),
  )
})

test('what a killed build left is told by the time in its name, not by that of its image', (t) => {
  const day = 24 * 3600 * 1000
  const name = temporaryReference('imm/shop/web:3fa9c1e', 1000, '00ff00ff')
  t.false(isForgotten(name, 1000 + day))
  t.true(isForgotten(name, 1001 + day))
  t.false(isForgotten('imm/shop/web:3fa9c1e', 1001 + day))
  t.false(isForgotten('imm/shop/web:main-building-r1', 1001 + day))
})
