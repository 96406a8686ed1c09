import * as fc from 'fast-check'

import type {EnvVar, ImageSide, RunSide, SideFacts, WebSide} from '../../../src/parity/facts.ts'

/** What people and builders write, and what nobody should. */
const text = fc.oneof(
  fc.string({unit: 'grapheme'}),
  fc.constantFrom(
    '',
    ' ',
    '%',
    '%41',
    '- a',
    'a: b',
    '#',
    'yes',
    '1',
    'null',
    '~',
    'a\nb',
    '\r\n',
    'signature:',
    '\u00A0',
    '"',
    '---',
    '&a',
    '*a',
  ),
)
const texts = fc.array(text, {maxLength: 3})
const count = fc.nat()
const digest = fc.constantFrom('0', '1', 'a').map((char) => `sha256:${char.repeat(64)}`)
const date = fc.constantFrom('2026-01-02T03:04:05Z', '0001-01-01T00:00:00Z')
const record = fc
  .dictionary(
    text.filter((key) => key !== '__proto__'),
    text,
    {maxKeys: 3},
  )
  .map((each) => ({...each}))

/** Of some keys that may be left out. */
const some = <T extends object>(model: {[Key in keyof T]: fc.Arbitrary<T[Key]>}) =>
  fc.record(model, {requiredKeys: []}) as fc.Arbitrary<Partial<T>>

const variable: fc.Arbitrary<EnvVar> = fc.oneof(
  fc.record({name: text, value: text}),
  fc.record({name: text, secret: text}),
  fc.record({name: text, from: text}),
)
const env = fc.array(variable, {maxLength: 4})

const healthcheck = fc
  .tuple(
    texts,
    some({intervalMs: count, timeoutMs: count, startPeriodMs: count, startIntervalMs: count, retries: count}),
  )
  .map(([test, rest]) => ({test, ...rest}))

const installed = fc.array(
  fc.record({
    manager: fc.constantFrom('dpkg' as const, 'apk' as const, 'rpm' as const),
    packages: fc.array(fc.record({name: text, version: text, architecture: text}), {maxLength: 3}),
  }),
  {maxLength: 2},
)
const runtimes = fc.array(fc.record({name: text, version: text, path: text}), {maxLength: 2})
const os = fc
  .tuple(fc.record({id: text, version: text, name: text}), some({pointRelease: text}))
  .map(([required, rest]) => ({...required, ...rest}))

const users = fc.record({
  users: fc.array(fc.record({name: text, id: count, gid: count}), {maxLength: 2}),
  groups: fc.array(fc.record({name: text, id: count}), {maxLength: 2}),
})

const base = fc
  .tuple(
    fc.record({
      layers: count,
      by: fc.constantFrom('label' as const, 'engine' as const, 'history' as const),
      packages: installed,
      runtimes,
    }),
    some({name: text, digest, created: date, os}),
  )
  .map(([required, rest]) => ({...required, ...rest}))

const layer = fc
  .tuple(
    fc.record({
      diffId: digest,
      digest,
      size: count,
      compression: fc.constantFrom('none' as const, 'gzip' as const, 'zstd' as const),
    }),
    some({createdBy: text}),
  )
  .map(([required, rest]) => ({...required, ...rest}))

const config = {
  user: text,
  workdir: text,
  entrypoint: texts,
  command: texts,
  ports: texts,
  volumes: texts,
  stopSignal: text,
}

const image: fc.Arbitrary<ImageSide> = fc
  .tuple(
    fc.record({
      names: texts,
      id: digest,
      platform: text,
      size: count,
      layers: fc.array(layer, {maxLength: 3}),
      config: fc
        .tuple(fc.record({...config, env, labels: record}), some({healthcheck}))
        .map(([required, rest]) => ({...required, ...rest})),
      packages: installed,
      runtimes,
      dependencies: fc.array(
        fc.record({
          ecosystem: fc.constantFrom('npm' as const, 'pypi' as const, 'gem' as const, 'go' as const, 'maven' as const),
          name: text,
          version: text,
          scope: text,
          source: fc.constantFrom('installed' as const, 'lock' as const),
        }),
        {maxLength: 3},
      ),
      files: fc
        .tuple(
          fc.record({digest, count}),
          some({directories: fc.array(fc.record({path: text, count, digest: text}), {maxLength: 3})}),
        )
        .map(([files, rest]) => ({...files, ...rest})),
    }),
    some({manifest: digest, created: date, base, os, users}),
  )
  .map(([required, rest]) => ({...required, ...rest}))

const run: fc.Arbitrary<RunSide> = fc
  .tuple(
    fc.record({
      source: text,
      config: some({...config, healthcheck}),
      env,
      capAdd: texts,
      capDrop: texts,
      privileged: fc.boolean(),
      tmpfs: texts,
      mounts: fc.array(
        fc.record({
          path: text,
          kind: fc.constantFrom('volume' as const, 'bind' as const, 'secret' as const),
          readOnly: fc.boolean(),
        }),
        {maxLength: 2},
      ),
      networks: texts,
      publishes: texts,
    }),
    some({
      image: text,
      memoryBytes: count,
      cpus: fc.constantFrom(0.5, 2),
      pidsLimit: count,
      noNewPrivileges: fc.boolean(),
      readOnlyRoot: fc.boolean(),
      networkMode: text,
      restart: text,
      replicas: count,
      stopGraceMs: count,
      init: fc.boolean(),
    }),
  )
  .map(([required, rest]) => ({...required, ...rest}))

const tls = fc.record({
  version: text,
  cipher: text,
  issuer: text,
  subject: text,
  validTo: text,
  trusted: fc.boolean(),
})

const web: fc.Arbitrary<WebSide> = fc
  .tuple(fc.record({url: text, status: count, headers: record, protocol: text}), some({tls}))
  .map(([required, rest]) => ({...required, ...rest}))

/** Any side at all, without the list of its files. */
export const side: fc.Arbitrary<SideFacts> = fc
  .tuple(
    fc.record({
      name: text,
      gaps: fc.array(
        fc.record({part: fc.constantFrom('image' as const, 'files' as const, 'base' as const), reason: text}),
        {maxLength: 2},
      ),
    }),
    some({image, run, web}),
  )
  .map(([required, rest]) => ({...required, ...rest}))
