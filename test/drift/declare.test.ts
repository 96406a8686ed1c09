import test from 'ava'

import {parseConfig} from '../../src/config/file.ts'
import {declarationOf} from '../../src/drift/declare.ts'
import type {FileDifference} from '../../src/drift/difference.ts'

const added = (path: string, node: FileDifference['node']): FileDifference => ({
  kind: 'added',
  path,
  node,
  below: 0,
  what: [],
})

test('directories that an application made can be declared, each once', (t) => {
  const found = declarationOf([
    added('/app/uploads', 'directory'),
    added('/var/log/app.log', 'file'),
    added('/var/log/b', 'file'),
  ])
  t.deepEqual(found, {
    tmpfs: 'tmpfs: [/app/uploads, /var/log]',
    volumes: 'volumes: [uploads:/app/uploads, log:/var/log]',
  })
})

test('what is declared is what imm.yaml takes', (t) => {
  const {tmpfs, volumes} = declarationOf([added('/srv/.état du jour', 'directory')]) ?? {tmpfs: '', volumes: ''}
  t.notThrows(() => parseConfig(tmpfs, 'imm.yaml'))
  t.notThrows(() => parseConfig(volumes, 'imm.yaml'))
})

test('a file beside those of the image has no directory to declare: it would hide them', (t) => {
  t.is(declarationOf([added('/app/cache.db', 'file'), added('/new', 'file')]), undefined)
  t.is(declarationOf([{...added('/app/a', 'file'), kind: 'changed'}]), undefined)
})
