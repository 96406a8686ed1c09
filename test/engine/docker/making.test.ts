import test from 'ava'
import type Docker from 'dockerode'

import {droppedOf} from '../../../src/engine/docker/making.ts'

const libpod = {} as Docker

test('capabilities that Podman gives to nobody were not dropped', (t) => {
  const own = ['AUDIT_WRITE', 'MKNOD', 'NET_RAW']
  t.deepEqual(droppedOf(own, {libpod}), [])
  t.deepEqual(droppedOf(['CAP_MKNOD'], {libpod}), [], 'two of them were added')
  t.deepEqual(droppedOf([...own, 'CHOWN'], {libpod}), [...own, 'CHOWN'])
  t.deepEqual(droppedOf(own, {libpod: undefined}), own)
})
