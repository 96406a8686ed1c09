import test from 'ava'

import {sharedName, snapshotVolumeName, volumeName} from '../../src/release/names.ts'
import {
  isSnapshotName,
  keyText,
  snapshotIdentity,
  snapshotLabels,
  snapshotNameAt,
  volumeIn,
  volumeKey,
  volumeLabelsOf,
} from '../../src/release/volumes.ts'

const id = {project: 'shop', environment: 'main'}
const shared = {'imm.project': 'shop', 'imm.environment': 'main'}

test('people name a volume by what its environment doesn’t say', (t) => {
  const data = volumeKey(id, sharedName(id, 'db.data'), shared)
  t.deepEqual(data, {app: undefined, name: 'db.data'})
  t.is(keyText(data), 'db.data')
  const own = volumeKey(id, volumeName({...id, app: 'web'}, 'uploads'), {...shared, 'imm.app': 'web'})
  t.is(keyText(own), 'web/uploads')
  t.is(volumeIn({...id, environment: 'preview'}, own), 'imm_shop_preview_web_uploads')
  t.is(volumeIn({...id, environment: 'preview'}, data), 'imm_shop_preview.db.data')
  t.is(volumeKey(id, 'somebody-elses', shared).name, 'somebody-elses')
})

test('a snapshot says of itself all that is known of it', (t) => {
  const volume = {...shared, 'imm.app': 'web', 'imm.owner': 'me', 'com.example': 'x'}
  const identity = {name: 'before', of: 'imm_shop_main_web_data', kind: 'dump', createdMs: 1_700_000_000_000} as const
  const labels = snapshotLabels(volume, {...identity, service: 'db'})
  t.deepEqual(snapshotIdentity(labels), {...identity, service: 'db'})
  t.deepEqual(volumeLabelsOf(labels), {...shared, 'imm.app': 'web'})
  t.is(snapshotIdentity(volume), undefined)
  t.is(snapshotIdentity({...labels, 'imm.snapshot-kind': 'other'}), undefined)
})

test('a snapshot’s name is short, and engines take what comes of it', (t) => {
  for (const name of ['a', 'before-migration', '2026.11', snapshotNameAt(Date.UTC(2026, 10, 28, 5, 16, 39))])
    t.true(isSnapshotName(name), name)
  t.is(snapshotNameAt(Date.UTC(2026, 10, 28, 5, 16, 39)), '20261128-051639')
  for (const name of ['', '-a', 'a b', 'a@b', 'a/b', 'x'.repeat(64)]) t.false(isSnapshotName(name), name)
  t.is(snapshotVolumeName('imm_shop_main.db', 'one'), 'imm_shop_main.db_snapshot_one')
  t.true(snapshotVolumeName('x'.repeat(250), 'one').length <= 255)
})
