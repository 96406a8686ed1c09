import test from 'ava'

import {containerIdentity, containerLabels, environmentLabels, imageLabels} from '../../src/release/labels.ts'
import type {ContainerIdentity} from '../../src/release/labels.ts'

const identity: ContainerIdentity = {
  project: 'shop',
  environment: 'main',
  app: 'web',
  release: 'r12-3fa9c1e',
  generation: 14,
  snapshot: 'sha256:aa',
  settings: 'sha256:bb',
  role: 'app',
}

test('reads from a container what was written on it', (t) => {
  t.deepEqual(containerIdentity(containerLabels(identity)), identity)
  t.deepEqual(containerIdentity({...containerLabels(identity), other: 'label'}), identity)
})

test('carries the labels of its environment', (t) => {
  t.like(containerLabels(identity), environmentLabels(identity))
})

for (const label of Object.keys(containerLabels(identity))) {
  test(`takes a container without ${label} for somebody else's`, (t) => {
    const {[label]: _gone, ...labels} = containerLabels(identity)
    t.is(containerIdentity(labels), undefined)
  })
}

test('knows which of several replicas a container is', (t) => {
  const second = {...identity, replica: 2}
  t.deepEqual(containerIdentity(containerLabels(second)), second)
  t.is(containerLabels(second)['imm.replica'], '2')
  t.false('imm.replica' in containerLabels(identity), 'the first is labelled as a release of one container')
})

test('takes labels that make no sense for none', (t) => {
  t.is(containerIdentity({...containerLabels(identity), 'imm.replica': 'some'}), undefined)
  t.is(containerIdentity({...containerLabels(identity), 'imm.generation': 'many'}), undefined)
  t.is(containerIdentity({...containerLabels(identity), 'imm.generation': '1.5'}), undefined)
  t.is(containerIdentity({...containerLabels(identity), 'imm.role': 'king'}), undefined)
  t.is(containerIdentity({}), undefined)
})

test('puts nothing on an image that two builds of one snapshot would not share', (t) => {
  const labels = imageLabels(identity)
  t.deepEqual(Object.keys(labels).toSorted(), [
    'imm.app',
    'imm.environment',
    'imm.project',
    'imm.role',
    'imm.settings',
    'imm.snapshot',
  ])
  t.is(imageLabels({...identity, revision: 'abc'})['org.opencontainers.image.revision'], 'abc')
})
