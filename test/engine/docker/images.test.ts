import test from 'ava'

import {images} from '../../../src/engine/docker/images.ts'
import {openClient} from '../../../src/engine/docker/open.ts'
import {fakeEngine} from '../fake-engine.ts'

const signal = new AbortController().signal
const ids = ['1', '2', '3'].map((digit) => `sha256:${digit.repeat(64)}`)
const labels = {'imm.project': 'shop'}

test('a list asks about each image once, and has its names as they are now', async (t) => {
  const asked: string[] = []
  let tag = 'imm/shop:1'
  const listed = () => ids.map((Id) => ({Id, Labels: labels, RepoTags: [tag, '<none>:<none>']}))
  await using fake = await fakeEngine((request, response) => {
    const id = ids.find((one) => request.url?.includes(one))
    if (id !== undefined) asked.push(id)
    const Created = `2026-01-0${ids.indexOf(id ?? '') + 1}T00:00:00Z`
    const image = {Id: id, RepoTags: ['old'], Created, Size: 1, Config: {Labels: labels}, RootFS: {Layers: [id]}}
    response.setHeader('content-type', 'application/json').end(JSON.stringify(id === undefined ? listed() : image))
  })
  const candidate = {name: 'fake', endpoint: `unix://${fake.socketPath}`, tls: undefined}
  const options = {reach: undefined, builder: undefined, answerMs: 5000, platform: process.platform}
  const client = await openClient(candidate, options, signal)
  await images(client, labels, signal)
  t.deepEqual(asked.toSorted(), ids)
  tag = 'imm/shop:2'
  const again = await images(client, labels, signal)
  t.deepEqual(
    again.map(({id}) => id),
    ids.toReversed(),
  )
  t.deepEqual(
    again.map(({references}) => references),
    ids.map(() => ['imm/shop:2']),
  )
  t.is(asked.length, 3)
})
