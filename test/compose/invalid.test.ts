import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'

import {loadCompose} from '../../src/compose/load.ts'
import {isImmError} from '../../src/errors.ts'

const mistakesOf = async (files: Readonly<Record<string, string>>): Promise<string[]> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-compose-'))
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(directory, name), text)
    await loadCompose({
      directory,
      files: [],
      profiles: [],
      env: {},
      warn: () => undefined,
      signal: new AbortController().signal,
    })
    return []
  } catch (error) {
    if (isImmError(error, 'COMPOSE_INVALID')) return error.message.replaceAll(`${directory}/`, '').split('\n')
    throw error
  } finally {
    await rm(directory, {recursive: true})
  }
}

const refuses = test.macro({
  title: (title) => `refuses ${title}, and says where`,
  async exec(t, text: string, ...expected: string[]) {
    t.deepEqual(await mistakesOf({'compose.yaml': text}), expected)
  },
})

const web = (rest: string) => `services:\n  web:\n    image: x\n    ${rest}\n`

test(
  'a key that is misspelt',
  refuses,
  web('prots: [1]'),
  'compose.yaml:4:5: services.web.prots: unknown key; did you mean "ports"?',
)
test(
  'a key of the file that is none',
  refuses,
  `servises: {}\n`,
  'compose.yaml:1:1: servises: unknown key; did you mean "services"?',
)
test(
  'everything at once, in the order of the file',
  refuses,
  web('ports: ["a:b"]\n    stop_grace_period: 5\n    volumes: ["a:b:c:d"]'),
  'compose.yaml:4:13: services.web.ports[0]: expected a port such as 3000, "8080:80" or "127.0.0.1:8080:80/udp", or a map',
  'compose.yaml:5:5: services.web.stop_grace_period: expected a duration such as 10s, with its unit',
  'compose.yaml:6:15: services.web.volumes[0]: expected name:/path, ./path:/path, either with :ro, or a map with a type',
)
test(
  'a variable that must be set',
  refuses,
  'services: {web: {image: "${TAG:?say which}"}}',
  'compose.yaml:1:18: services.web.image: TAG must be set: say which',
)
test(
  'a $ that begins no variable',
  refuses,
  web('command: echo $(date)'),
  'compose.yaml:4:5: services.web.command: a $ that begins no variable is written $$',
)
test(
  'a service without image and build',
  refuses,
  'services: {web: {user: a}}',
  'compose.yaml:1:12: services.web.image: a service has an image or a build',
)
test(
  'a dependency that is not there',
  refuses,
  web('depends_on: [db]'),
  'compose.yaml:4:18: services.web.depends_on.db: there is no service "db"',
)
test(
  'a volume that is not there',
  refuses,
  web('volumes: ["data:/data"]'),
  'compose.yaml:4:5: services.web.volumes: there is no volume "data"',
)
test(
  'a dependency on what does not run',
  refuses,
  `${web('depends_on: [db]')}  db: {image: y, profiles: [full]}\n`,
  'compose.yaml:4:18: services.web.depends_on.db: "db" runs only with the profile full',
)
test(
  'limits that contradict each other',
  refuses,
  web('cpus: 2\n    deploy: {resources: {limits: {cpus: 1}}}'),
  'compose.yaml:4:5: services.web.cpus: deploy.resources.limits.cpus says otherwise',
)
test(
  'an alias without anchor',
  refuses,
  web('command: *x'),
  'compose.yaml:4:14: no anchor for this alias; a value that begins with * needs quotes',
)
test('no map', refuses, '- web\n', 'compose.yaml:1:1: expected a map with "services"')

test('a service that extends itself is refused, also over another file', async (t) => {
  const other = 'services: {b: {extends: {service: a, file: compose.yaml}}}'
  const mistakes = await mistakesOf({
    'compose.yaml': 'services: {a: {extends: {service: b, file: other.yaml}}}',
    'other.yaml': other,
  })
  t.is(mistakes.length, 1)
  t.regex(mistakes[0] ?? '', /services\.[ab]\.extends: comes back to itself/)
})

test('a file that includes itself, and one that names another thing the same, are refused', async (t) => {
  t.deepEqual(await mistakesOf({'compose.yaml': 'include: [compose.yaml]\nservices: {a: {image: x}}'}), [
    'compose.yaml includes itself',
  ])
  const mistakes = await mistakesOf({
    'compose.yaml': 'include: [other.yaml]\nservices: {a: {image: x}}',
    'other.yaml': 'services: {a: {image: y}}',
  })
  t.deepEqual(mistakes, ['compose.yaml:1:11: include: services.a is another one than here'])
})
