import test from 'ava'

import {seedTargets, targetsNamed} from '../../../src/lifecycle/volumes/seed-target.ts'

const id = {project: 'shop', environment: 'feature-x'}
const mounted = (name: string, scope?: 'app' | 'environment' | 'external') => ({
  name,
  path: `/${name}`,
  readOnly: false,
  scope,
})

const targets = seedTargets(id, {
  volumes: [
    {key: 'db-data', external: false, spec: {name: 'shop_db-data', labels: {a: 'b'}, driver: 'local'}},
    {key: 'theirs', external: true, spec: {name: 'theirs', labels: {}}},
  ],
  apps: [
    {app: 'web', settings: {volumes: [mounted('uploads'), mounted('db-data', 'environment'), mounted('own')]}},
    {app: 'api', settings: {volumes: [mounted('uploads'), mounted('theirs', 'external')]}},
  ],
  services: [{name: 'DB', volumes: [mounted('db-data', 'environment'), mounted('data')]}],
})

test('the volumes of an environment are those that its containers will ask for, with their labels', (t) => {
  const environment = {'imm.project': 'shop', 'imm.environment': 'feature-x'}
  t.deepEqual(targets, [
    {key: 'db-data', name: 'imm_shop_feature-x.db-data', labels: {a: 'b', ...environment}, driver: 'local'},
    {key: 'web/uploads', name: 'imm_shop_feature-x_web_uploads', labels: {...environment, 'imm.app': 'web'}},
    {key: 'web/own', name: 'imm_shop_feature-x_web_own', labels: {...environment, 'imm.app': 'web'}},
    {key: 'api/uploads', name: 'imm_shop_feature-x_api_uploads', labels: {...environment, 'imm.app': 'api'}},
    {key: 'db/data', name: 'imm_shop_feature-x_db_data', labels: {...environment, 'imm.app': 'db'}},
  ])
})

const named = (wanted: string) => targetsNamed(wanted, targets).map(({key}) => key)

test('a volume is meant by its key, or by the last part of it', (t) => {
  t.deepEqual(named('db-data'), ['db-data'])
  t.deepEqual(named('own'), ['web/own'])
  t.deepEqual(named('api/uploads'), ['api/uploads'])
  t.deepEqual(named('uploads'), ['web/uploads', 'api/uploads'])
  t.deepEqual(named('theirs'), [], 'what is external is nobody’s to fill')
})
