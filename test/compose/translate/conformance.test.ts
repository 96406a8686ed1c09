import test from 'ava'

import type {Rule, Rules} from '../../../src/compose/translate/table/rule.ts'
import {keyTables} from '../../../src/compose/translate/table/tables.ts'
import {isImmError} from '../../../src/errors.ts'
import type {Application} from '../../../src/lifecycle/services/spec.ts'
import {
  buildSamples,
  configSamples,
  deploySamples,
  networkSamples,
  secretSamples,
  serviceSamples,
  volumeSamples,
  type Sample,
} from './samples.ts'
import {specificationKeys} from './specification-keys.ts'
import {translated} from './translated.ts'

type Kind = keyof typeof keyTables
type Role = 'app' | 'service'
type Top = Record<string, Record<string, unknown>>

const samples: Record<Kind, Readonly<Record<string, Sample>>> = {
  service: serviceSamples,
  build: buildSamples,
  deploy: deploySamples,
  network: networkSamples,
  volume: volumeSamples,
  secret: secretSamples,
  config: configSamples,
}

const files = {'some.env': 'FROM_FILE=1', 'web/Dockerfile': 'FROM scratch'}

/** Each kind of object in a small file; `more` are keys of it. */
const around: Record<Kind, (more: object, role: Role) => Top> = {
  service: (more, role) => ({services: {it: {...(role === 'app' ? {build: 'web'} : {image: 'some'}), ...more}}}),
  build: (more) => ({services: {it: {build: {context: 'web', ...more}}}}),
  deploy: (more, role) => ({
    services: {it: {...(role === 'app' ? {build: 'web'} : {image: 'some'}), deploy: more}},
  }),
  network: (more) => ({services: {it: {image: 'some', networks: ['n']}}, networks: {n: more}}),
  volume: (more) => ({services: {it: {image: 'some', volumes: ['data:/v']}}, volumes: {data: more}}),
  secret: (more) => ({services: {it: {image: 'some', secrets: ['s']}}, secrets: {s: {file: 's.txt', ...more}}}),
  config: (more) => ({services: {it: {image: 'some', configs: ['c']}}, configs: {c: {file: 'c.txt', ...more}}}),
}

const paths: Record<Kind, string> = {
  service: 'services.it',
  build: 'services.it.build',
  deploy: 'services.it.deploy',
  network: 'networks.n',
  volume: 'volumes.data',
  secret: 'secrets.s',
  config: 'configs.c',
}

const merged = (one: Top, other: Top = {}): Top =>
  Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => [key, {...other[key], ...one[key]}]),
  )

/** What imm reads and the schema does not have. */
const beyond: Partial<Record<Kind, readonly string[]>> = {build: ['no_cache_filter'], secret: ['command']}

const withoutNotes = ({notes: _notes, files: _files, ...others}: Application) => others

for (const kind of Object.keys(keyTables) as Kind[]) {
  const table: Readonly<Record<string, Rules>> = keyTables[kind]

  test(`the table of ${kind} has exactly the keys of the specification`, (t) => {
    t.deepEqual(Object.keys(table).toSorted(), [...specificationKeys[kind], ...(beyond[kind] ?? [])].toSorted())
    t.deepEqual(Object.keys(samples[kind]).toSorted(), Object.keys(table).toSorted())
  })

  for (const [key, rules] of Object.entries(table)) {
    const roles: Role[] = kind === 'service' || kind === 'deploy' ? ['app', 'service'] : ['app']
    for (const role of roles) {
      const rule: Rule = 'how' in rules ? rules : rules[role]
      const {value: ofApp, service: ofService, beside, top} = samples[kind][key] ?? {value: undefined}
      const value = role === 'service' && ofService !== undefined ? ofService : ofApp
      if (value === null) continue
      const compose = (more: object) => merged(around[kind](more, role), top)

      test(`${kind}.${key} of ${role === 'app' ? 'an app' : 'a backing service'} is ${rule.how}`, async (t) => {
        const other = kind === 'service' && key === 'profiles' ? {services: {always: {image: 'always'}}} : {}
        const file = merged(compose({...beside, [key]: value}), other)
        const path = `${paths[kind]}.${key}`
        if (rule.how === 'refused') {
          const error = await t.throwsAsync(translated(file, {files}))
          t.true(isImmError(error, 'COMPOSE_UNSUPPORTED'), error?.message)
          t.true(error?.message.includes(`${path}: ${rule.reason}`), error?.message)
          t.regex(error?.message ?? '', /^compose\.yaml:\d+:\d+: /)
          return
        }
        const before = await translated(merged(compose({}), other), {files})
        const after = await translated(file, {files})
        const notes = after.notes.filter(({key: noted}) => noted === path)
        if (rule.how === 'supported') {
          t.notDeepEqual(withoutNotes(after), withoutNotes(before))
          t.deepEqual(
            notes.filter(({reason}) => reason === rule.reason),
            [],
          )
          return
        }
        t.deepEqual(notes, [{key: path, kind: rule.how, reason: rule.reason}])
        if (rule.how === 'ignored') t.deepEqual(withoutNotes(after), withoutNotes(before))
      })
    }
  }
}
