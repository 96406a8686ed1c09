import {mkdir, writeFile} from 'node:fs/promises'
import path from 'node:path'

import anyTest, {type TestFn} from 'ava'

import {loadCompose} from '../../src/compose/load.ts'
import {toComposeFile} from '../../src/compose/write.ts'
import {temporaryProject} from '../config/project.ts'
import {root} from '../support/project.ts'
import {comparable, composeCommand, referenceOf} from './reference.ts'

const found = await composeCommand()
const test = (found ? anyTest : anyTest.skip) as TestFn
// Nothing runs without one.
const command = found ?? (['docker', 'compose'] as const)

const ours = async (directory: string, env: Readonly<Record<string, string>>): Promise<unknown> => {
  const model = await loadCompose({
    directory,
    files: [],
    profiles: [],
    env,
    signal: new AbortController().signal,
    warn: () => undefined,
  })
  return model && JSON.parse(JSON.stringify(toComposeFile(model, {secrets: true})))
}

for (const fixture of ['compose-shop', 'compose-queue', 'compose-site'])
  test(`${fixture} is the same to Compose`, async (t) => {
    const directory = path.join(root, 'fixtures', fixture)
    t.deepEqual(comparable(await ours(directory, {})), comparable(await referenceOf(command, directory, {})))
  })

const rich = `
name: rich
x-common: &common
  restart: unless-stopped
  environment: {LEVEL: "\${LEVEL:-info}", COLOUR: "\${COLOUR-none}"}
services:
  web:
    <<: *common
    build: {context: ./web, target: run, args: {VERSION: "1"}}
    command: node server.js --name "two words"
    ports: ["8080:80", "127.0.0.1:9000-9001:9000-9001/udp", {target: 443, published: "8443"}]
    env_file: [web.env]
    depends_on: {db: {condition: service_healthy, restart: true}, cache: {condition: service_started}}
    deploy: {replicas: 2, resources: {limits: {cpus: "0.5", memory: 128m}}}
    volumes: ["./web:/app:ro", "data:/data", {type: tmpfs, target: /run/x, tmpfs: {size: 1048576}}]
    networks: {front: {aliases: [www]}, back: null}
    ulimits: {nofile: {soft: 100, hard: 200}, nproc: 50}
    sysctls: {net.core.somaxconn: "1024"}
    labels: [a=b]
    stop_grace_period: 1m30s
    logging: {driver: json-file, options: {max-size: 1m}}
    secrets: [token]
    profiles: []
  db:
    extends: {file: base.yaml, service: base}
    healthcheck: {test: pg_isready, interval: 10s, start_period: 1m}
    networks: [back]
  cache: {image: "redis:\${TAG:?}", networks: [back], tmpfs: /tmp, read_only: true}
  debug: {image: busybox, profiles: [debug], networks: [back]}
volumes: {data: {driver_opts: {type: none}}, other: {external: true}}
networks: {front: null, back: {internal: true}}
secrets: {token: {environment: TOKEN}}
`

test('variables, anchors, extends, env files, profiles, overrides and short forms come to the same', async (t) => {
  await using project = await temporaryProject()
  const {directory} = project
  await mkdir(path.join(directory, 'web'))
  const files = {
    'compose.yaml': rich,
    'compose.override.yaml':
      'services:\n  web:\n    environment: {EXTRA: "1"}\n    ports: !override ["8081:80"]\n    command: !reset null\n',
    'base.yaml': 'services:\n  base:\n    image: postgres:17\n    environment: [A=1, B]\n    cap_drop: [ALL]\n',
    'web.env': '# a comment\nFROM_FILE="a b"\nLEVEL=file\n',
    '.env': 'TAG=7\nCOLOUR=\n',
  }
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(directory, name), text)
  const env = {TOKEN: 'x', B: 'from outside'}
  t.deepEqual(comparable(await ours(directory, env)), comparable(await referenceOf(command, directory, env)))
})
