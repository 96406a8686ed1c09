import test from 'ava'

import {layerProgress} from '../../../../src/engine/docker/registry/layer-progress.ts'

test('layers are added up, told only when that changes, and whole when they are complete', (t) => {
  const told: string[] = []
  const note = layerProgress(({doneBytes, totalBytes}) => told.push(`${doneBytes}/${totalBytes}`))
  note({status: 'Pulling from library/postgres', id: '17'})
  note({status: 'Already exists', id: 'a'})
  note({status: 'Downloading', id: 'b', progressDetail: {current: 10, total: 100}})
  note({status: 'Downloading', id: 'c', progressDetail: {current: 5, total: 50}})
  note({status: 'Downloading', id: 'c', progressDetail: {current: 5, total: 50}})
  note({status: 'Download complete', id: 'b', progressDetail: {}})
  note({status: 'Extracting', id: 'b', progressDetail: {current: 1, total: 100}})
  note({status: 'Pull complete', id: 'c', progressDetail: {}})
  t.deepEqual(told, ['10/100', '15/150', '105/150', '150/150'])
})
