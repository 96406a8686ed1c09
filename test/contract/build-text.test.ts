import {hash, randomBytes} from 'node:crypto'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import type {ExecutionContext} from 'ava'

import {connectEngine} from '../../src/engine/connect.ts'
import {ImmError, isImmError} from '../../src/errors.ts'
import type {BuildRequest, Engine, Image} from '../../src/lifecycle/ports.ts'
import {openSource} from '../../src/source/open.ts'
import {test} from '../support/one-by-one.ts'
import {baseImage, noBaseImage} from './engine-base-image.ts'
import {dockerSocket, noDocker} from './engine-docker.ts'
import {noPodman, podmanService} from './engine-podman.ts'

const {signal} = new AbortController()

interface Bench {
  engine: Engine
  base: string
  build: (changes: Partial<BuildRequest>) => Promise<Image>
  /** sha256 of the content by path, for what is below /app */
  files: (image: Image) => Promise<Record<string, string>>
}

const bench = async (t: ExecutionContext, socketPath: string, builder?: 'classic'): Promise<Bench> => {
  const env = {DOCKER_HOST: `unix://${socketPath}`}
  const engine = await connectEngine({env, platform: process.platform, signal, builder, answerMs: 60_000})
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-text-'))
  await mkdir(path.join(directory, 'src'))
  await writeFile(path.join(directory, 'Dockerfile'), 'FROM nothing.invalid/here\n')
  await writeFile(path.join(directory, 'src', 'a.txt'), 'a')
  const watch = {paths: [], ignore: [], quietMs: 5, poll: undefined}
  const source = openSource({project: directory, context: directory, dockerfile: undefined, settingsFiles: [], watch})
  const made: string[] = []
  t.teardown(async () => {
    for (const reference of made) await engine.untag(reference, signal)
    await source[Symbol.asyncDispose]()
    await rm(directory, {recursive: true, force: true})
  })
  return {
    engine,
    base: await baseImage(socketPath),
    async build(changes) {
      const snapshot = await source.snapshot(signal)
      const reference = `imm/t${randomBytes(4).toString('hex')}/web:text`
      made.push(reference)
      const request: BuildRequest = {
        context: () => source.pack(snapshot, signal),
        tree: source.tree(snapshot),
        dockerfile: 'Dockerfile',
        target: undefined,
        args: {},
        labels: {},
        reference,
        onStep: () => undefined,
        ...changes,
      }
      return engine.build(request, signal)
    },
    async files(image) {
      const found: Record<string, string> = {}
      for await (const {path: at, kind, content} of engine.files(image, signal))
        if (at.startsWith('/app/') && kind === 'file') found[at] = content
      return found
    },
  }
}

const builds = test.macro(
  async (t, open: () => Promise<AsyncDisposable & {socketPath: string; builder?: 'classic'}>) => {
    const opened = await open()
    t.teardown(() => opened[Symbol.asyncDispose]())
    const {base, build, files} = await bench(t, opened.socketPath, opened.builder)
    const image = await build({dockerfileText: `FROM ${base}\nCOPY . /app\nCOPY src /app\n`})
    // Nothing of what imm adds for the builder, and the file that has its name as it is.
    t.deepEqual(Object.keys(await files(image)).toSorted(), ['/app/Dockerfile', '/app/a.txt', '/app/src/a.txt'])
    const error = await t.throwsAsync(build({dockerfileText: `FROM ${base}\nCOPY nowhere /app\n`}))
    t.true(isImmError(error, 'BUILD_FAILED'), String(error))
  },
)

const refuses = test.macro(
  async (t, open: () => Promise<AsyncDisposable & {socketPath: string; builder?: 'classic'}>) => {
    const opened = await open()
    t.teardown(() => opened[Symbol.asyncDispose]())
    const {base, build} = await bench(t, opened.socketPath, opened.builder)
    let read = 0
    const content = async () => Buffer.from(`${(read += 1)}`)
    const text = `FROM ${base}\nRUN --mount=type=secret,id=one true\n`
    const error = await t.throwsAsync(build({dockerfileText: text, secrets: [{id: 'one', content}]}))
    t.true(isImmError(error, 'BUILD_SECRETS_REFUSED'), String(error))
    t.regex(error?.message ?? '', /asks for secrets \(one\)/)
    t.is(read, 0)
  },
)

const docker = (builder?: 'classic') => async () => ({
  socketPath: dockerSocket,
  ...(builder ? {builder} : {}),
  [Symbol.asyncDispose]: async () => undefined,
})

const reason = (await noDocker()) ?? (await noBaseImage())
const withDocker = reason === undefined ? test.serial : test.serial.skip
const withPodman = ((await noPodman()) ?? reason) === undefined ? test.serial : test.serial.skip

withDocker('a text is built in place of the file, with BuildKit', builds, docker())
withDocker('a text is built in place of the file, with the classic builder', builds, docker('classic'))
withPodman('a text is built in place of the file, with Podman', builds, podmanService)
withDocker('secrets are refused before the build by the classic builder', refuses, docker('classic'))
withPodman('secrets are refused before the build by Podman', refuses, podmanService)

const busybox = (command: string, mounts: string) => `RUN ${mounts} ["/bin/busybox", "sh", "-c", "${command}"]`
const known = async () => Buffer.from('hunter2hunter2')
const locked = async () => Promise.reject(new ImmError('SECRET_UNAVAILABLE', 'the safe is locked'))

withDocker('a RUN gets the secrets that it asks for, and no others, and the image has none', async (t) => {
  const {base, build, files} = await bench(t, dockerSocket)
  const command =
    'b=/bin/busybox; $b mkdir -p /app; $b wc -c < /run/secrets/one > /app/length; $b cat /run/secrets/two > /app/two || true'
  const mounts = '--mount=type=secret,id=one,required=true --mount=type=secret,id=two'
  const dockerfileText = `FROM ${base}\n${busybox(command, mounts)}\n`
  const image = await build({dockerfileText, fresh: true, secrets: [{id: 'one', content: known}]})
  t.deepEqual(await files(image), {'/app/length': hash('sha256', '14\n'), '/app/two': hash('sha256', '')})
})

withDocker('a secret that can not be read ends the build with the reason', async (t) => {
  const {base, build} = await bench(t, dockerSocket)
  const text = `FROM ${base}\nRUN --mount=type=secret,id=one ["/bin/busybox", "true"]\n`
  const error = await t.throwsAsync(build({dockerfileText: text, fresh: true, secrets: [{id: 'one', content: locked}]}))
  t.true(isImmError(error, 'SECRET_UNAVAILABLE'), String(error))
})
