import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import type {ExecutionContext} from 'ava'
import {execa} from 'execa'

import {projectToBuild, unpackingIn} from '../support/built-images.ts'
import {docker} from '../support/engine-socket.ts'
import {immIn, jsonLines} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import type {TestProject} from '../support/project.ts'

const dockerfile = `ARG NODE_IMAGE
FROM \${NODE_IMAGE}
WORKDIR /app
COPY package.json ./
RUN mkdir -p /data/sub && date > /tmp/when && rm /tmp/when && touch /data/made
COPY --chown=1000:1000 src ./src
RUN cp -r src /data/copy && ln -s /data/copy /app/linked
CMD ["node", "src/server.js"]
`

const git = async (directory: string, ...args: string[]) =>
  execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.invalid', ...args], {cwd: directory})

/** A clone elsewhere, as another machine has it. */
const cloned = async (project: TestProject) => {
  const place = await mkdtemp(path.join(tmpdir(), 'imm-another-machine-'))
  const directory = path.join(place, 'another', 'depth', project.name)
  await git(project.directory, 'clone', '-q', project.directory, directory)
  return {
    directory,
    home: path.join(place, 'home'),
    [Symbol.asyncDispose]: () => rm(place, {recursive: true, force: true}),
  }
}

interface Built {
  image: string
  revision: string
  layers: {digest: string; instruction: string}[]
}

const built = async (t: ExecutionContext, place: {directory: string; home: string}, project: TestProject) => {
  const {exitCode, stdout, stderr} = await immIn(place, {env: unpackingIn(project)}, 'build', '--json', '--no-cache')
  t.is(exitCode, 0, stderr)
  return jsonLines(stdout).find(({type}) => type === 'build') as unknown as Built
}

test('two checkouts of a commit, at other paths and times, are built to the same layers, and to the same image', async (t) => {
  await using project = await projectToBuild({files: {Dockerfile: dockerfile}})
  await git(project.directory, 'init', '-q')
  await git(project.directory, 'add', '.')
  await git(project.directory, 'commit', '-q', '-m', 'first')
  const first = await built(t, project, project)
  await docker().getImage(first.image).remove({force: true})

  await using elsewhere = await cloned(project)
  const second = await built(t, elsewhere, project)
  t.true(first.layers.length > 4)
  t.deepEqual(second.layers, first.layers)
  t.is(second.revision, first.revision)
  t.is(second.image, first.image)
})

test('an image says what it was made from, and nothing of what that was made from itself', async (t) => {
  const base = process.env['IMM_TEST_BASE_NODE'] ?? 'imm-base/node:local'
  await using project = await projectToBuild({
    files: {
      Dockerfile: `ARG NODE_IMAGE
FROM \${NODE_IMAGE} AS grandparent
LABEL org.opencontainers.image.base.digest=sha256:0 org.opencontainers.image.base.name=other
FROM grandparent
COPY src /app/src
`,
    },
  })
  const {image, layers} = await built(t, project, project)
  const {Config, RootFS} = await docker().getImage(image).inspect()
  t.is(layers.length, 1)
  t.is(Config.Labels['imm.base.layers'], String((RootFS.Layers?.length ?? 0) - 1))
  t.is(Config.Labels['org.opencontainers.image.base.name'], `docker.io/${base}`)
  t.is(Config.Labels['org.opencontainers.image.base.digest'], undefined)
})
