import {randomBytes} from 'node:crypto'
import {createWriteStream} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {Readable} from 'node:stream'
import {pipeline} from 'node:stream/promises'

import Docker from 'dockerode'

import type {RunSide} from '../../src/parity/facts.ts'
import {secretDigest} from '../../src/parity/secrets/secret-digest.ts'
import {statePaths} from '../../src/state/paths.ts'
import {type OpenSide, sideOpener} from '../../src/wiring/parity/open-side.ts'
import {fails} from '../parity/fails.ts'
import {tarOf} from '../support/memory-engine/tar.ts'
import {test} from '../support/one-by-one.ts'
import {baseImage, noBaseImage} from './engine-base-image.ts'

interface Engine {
  socketPath: string
  /** instructions for the image that only this engine takes */
  changes?: readonly string[]
  close(): PromiseLike<void>
}

interface Bench {
  docker: Docker
  base: string
  /** an image on the base, with a configuration of its own */
  image: string
  directory: string
  open: OpenSide
  create: (options?: Docker.ContainerCreateOptions) => Promise<Docker.Container>
}

const signal = new AbortController().signal

/** Reading sides from an engine behind a unix socket; one skipped test that says why, where there is none. */
export const sideContract = async (name: string, missing: string | undefined, start: () => Promise<Engine>) => {
  const reason = missing ?? (await noBaseImage())
  if (reason !== undefined) {
    test.skip(`sides on ${name}: not run, because ${reason}`, () => {})
    return
  }
  const bench = Promise.withResolvers<Bench>()
  const undo = new AsyncDisposableStack()

  test.before(async () => {
    const engine = await start()
    undo.defer(() => engine.close())
    bench.resolve(await benchOn(engine, undo))
  })
  test.after.always(() => undo.disposeAsync())

  test(`an image of ${name} is read as the engine describes it, with the base that it stands on`, async (t) => {
    const {docker, open, image, base} = await bench.promise
    const ofImage = async () => docker.listContainers({all: true, filters: {ancestor: [image]}})
    const before = await ofImage()
    const side = await open(`image:${image}`, signal)
    const {Id, RootFS, Config} = await docker.getImage(image).inspect()
    t.is(side.name, `image:${image}`)
    t.is(side.image?.id, Id.startsWith('sha256:') ? Id : `sha256:${Id}`)
    t.deepEqual(side.image?.names, [image])
    t.deepEqual(
      side.image?.layers.map(({diffId}) => diffId),
      RootFS.Layers,
    )
    t.like(side.image?.config, {user: Config.User, workdir: '/srv', entrypoint: ['/bin/sh', '-c']})
    t.deepEqual(side.image?.config.volumes, ['/data'])
    t.deepEqual(
      side.image?.config.env.filter(({name: variable}) => ['API_TOKEN', 'LOG'].includes(variable)),
      [
        {name: 'API_TOKEN', secret: secretDigest('API_TOKEN', 'of-the-image')},
        {name: 'LOG', value: 'info'},
      ],
    )
    t.true(side.image?.files.list?.some((file) => file.path === '/bin/busybox' && file.layer === 0))
    t.like(side.image?.base, {name: base, layers: 1, by: 'engine'})
    t.is(side.run, undefined)
    t.deepEqual(await ofImage(), before, 'nothing was made to look')
  })

  test(`an archive that ${name} saved is the same side as the image`, async (t) => {
    const {docker, open, image, directory} = await bench.promise
    const file = path.join(directory, 'saved.tar')
    await pipeline(await docker.getImage(image).get(), createWriteStream(file))
    const [saved, kept] = [await open('archive:saved.tar', signal), await open(`image:${image}`, signal)]
    // The engine knows which of its images is the base, and with it what the image's own layers remove.
    const plain = ({base: _base, names: _names, files, ...facts}: NonNullable<typeof saved.image>) => ({
      ...facts,
      files: {...files, removed: undefined},
    })
    t.truthy(saved.image && kept.image)
    t.deepEqual(saved.image && plain(saved.image), kept.image && plain(kept.image))
  })

  test(`an image that two sides have is exported by ${name} once`, async (t) => {
    const {open, image, create} = await bench.promise
    const container = await create()
    const [a, b] = [await open(`image:${image}`, signal), await open(`container:${container.id.slice(0, 12)}`, signal)]
    t.truthy(a.image)
    t.is(a.image, b.image)
  })

  test(`a container of ${name} that was given nothing runs as its image says`, async (t) => {
    const {open, image, create} = await bench.promise
    const container = await create()
    const {run, gaps} = await open(`container:${container.id}`, signal)
    t.deepEqual(gaps, [])
    const {networks, ...others} = run as RunSide
    t.deepEqual(networks, ['default'])
    t.deepEqual(others, {
      source: `container:${container.id}`,
      image: others.image ?? '',
      config: {},
      env: [],
      capAdd: [],
      capDrop: [],
      privileged: false,
      tmpfs: [],
      mounts: [],
      publishes: [],
    })
    t.regex(others.image ?? '', new RegExp(`${image.replace('.', '\\.')}$`))
  })

  test(`everything that a container of ${name} was given is told`, async (t) => {
    const {docker, open, create, directory} = await bench.promise
    const volume = `imm-sides-${randomBytes(4).toString('hex')}`
    await docker.createVolume({Name: volume})
    const container = await create({
      Env: ['API_TOKEN=another', 'LOG=info', 'PORT=8080'],
      User: '1000',
      WorkingDir: '/tmp',
      Entrypoint: ['/bin/sleep'],
      Cmd: ['100'],
      StopSignal: 'SIGQUIT',
      StopTimeout: 3,
      HostConfig: {
        Memory: 64 * 2 ** 20,
        NanoCpus: 5e8,
        PidsLimit: 64,
        CapAdd: ['NET_ADMIN'],
        CapDrop: ['CHOWN'],
        SecurityOpt: ['no-new-privileges'],
        ReadonlyRootfs: true,
        RestartPolicy: {Name: 'on-failure', MaximumRetryCount: 3},
        Tmpfs: {'/tmp': ''},
        Binds: [`${directory}:/src:ro`],
        Mounts: [{Type: 'volume', Source: volume, Target: '/data', ReadOnly: false}],
      },
    })
    const {run} = await open(`container:${container.id}`, signal)
    t.like(run, {
      config: {
        user: '1000',
        workdir: '/tmp',
        entrypoint: ['/bin/sleep'],
        command: ['100'],
        stopSignal: 'SIGQUIT',
      },
      memoryBytes: 64 * 2 ** 20,
      cpus: 0.5,
      pidsLimit: 64,
      capAdd: ['NET_ADMIN'],
      noNewPrivileges: true,
      readOnlyRoot: true,
      restart: 'on-failure:3',
      stopGraceMs: 3000,
    })
    t.deepEqual(run?.capDrop, ['CHOWN'])
    // Podman has more of them where the root can't be written, and with options of its own.
    t.true(run?.tmpfs.some((each) => each.split(':', 1)[0] === '/tmp'))
    t.deepEqual(run?.env, [
      {name: 'API_TOKEN', secret: secretDigest('API_TOKEN', 'another')},
      {name: 'PORT', value: '8080'},
    ])
    t.deepEqual(run?.mounts, [
      {path: '/data', kind: 'volume', readOnly: false},
      {path: '/src', kind: 'bind', readOnly: true},
    ])
    await container.remove({force: true, v: true})
    await docker.getVolume(volume).remove()
  })

  test(`an export that ${name} has begun ends with the signal`, async (t) => {
    const {open, image} = await bench.promise
    const ending = new AbortController()
    const reading = open(`image:${image}`, ending.signal)
    setImmediate(() => ending.abort(new Error('enough')))
    await t.throwsAsync(reading, {message: 'enough'})
  })

  test(`what ${name} does not have is an error, and nothing is fetched`, async (t) => {
    const {open} = await bench.promise
    await fails(t, open('image:imm-sides-nowhere:1', signal), 'SIDE_NOT_FOUND', /has no image imm-sides-nowhere:1/)
    await fails(t, open('container:imm-sides-nowhere', signal), 'SIDE_NOT_FOUND', /has no container/)
  })
}

const benchOn = async ({socketPath, changes = []}: Engine, undo: AsyncDisposableStack): Promise<Bench> => {
  const docker = new Docker({socketPath})
  const base = await baseImage(socketPath)
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-sides-'))
  undo.defer(() => rm(directory, {recursive: true, force: true}))
  process.env['DOCKER_HOST'] = `unix://${socketPath}`
  process.env['IMM_HOME'] = path.join(directory, 'home')
  const tag = `test-${randomBytes(4).toString('hex')}`
  const image = `imm-sides:${tag}`
  const made = await docker.createContainer({Image: base, Cmd: ['/bin/true']})
  await made.putArchive(Readable.from([tarOf({'srv/own.txt': 'own'})]), {path: '/'})
  await made.commit({
    repo: 'imm-sides',
    tag,
    changes: [
      'ENV LOG=info',
      'ENV API_TOKEN=of-the-image',
      'WORKDIR /srv',
      'USER 5',
      'VOLUME /data',
      'ENTRYPOINT ["/bin/sh", "-c"]',
      'CMD ["sleep 100"]',
      ...changes,
    ],
  })
  await made.remove({v: true})
  undo.defer(async () => void (await docker.getImage(image).remove({force: true})))
  return {
    docker,
    base,
    image,
    directory,
    open: sideOpener({
      cwd: directory,
      paths: statePaths(),
      onStep: () => {},
      onWarning: () => {},
    }),
    async create(options = {}) {
      const container = await docker.createContainer({Image: image, ...options})
      undo.defer(() => container.remove({force: true, v: true}).catch(() => undefined))
      return container
    },
  }
}
