import {randomBytes} from 'node:crypto'
import {Readable} from 'node:stream'

import type {TestFn} from 'ava'

import {build} from '../../src/engine/docker/build.ts'
import type {Client} from '../../src/engine/docker/client.ts'
import {untag} from '../../src/engine/docker/images.ts'
import {files} from '../../src/engine/docker/inside/files.ts'
import {look} from '../../src/engine/docker/inside/look.ts'
import {putLayer} from '../../src/engine/docker/layers/put-layer.ts'
import type {Image, Layering} from '../../src/lifecycle/ports.ts'
import {tarOf} from '../support/memory-engine/tar.ts'
import {until} from '../support/until.ts'

export const signal = new AbortController().signal

/** Everything that a Dockerfile can say about how an image is run. */
export const everyInstruction = `
ENV PLAIN=1 SPACES="a b" EQUALS=a=b
WORKDIR /work
USER 7:8
EXPOSE 80 53/udp
VOLUME /data /other
STOPSIGNAL SIGINT
HEALTHCHECK --interval=7s --timeout=3s --start-period=2s --retries=4 CMD test -e /x || exit 1
LABEL own=label replaced=no
ENTRYPOINT ["/bin/sh", "-c"]
CMD ["echo $PLAIN"]
`

/** An image of these instructions, until it is disposed. */
export const imageOf = async (
  client: Client,
  base: string,
  instructions: string,
): Promise<AsyncDisposable & {image: Image}> => {
  const reference = `imm/layers-${randomBytes(4).toString('hex')}/web:main-r1-0000000`
  const request = {
    context: () => Readable.from([tarOf({Dockerfile: `FROM ${base}\n${instructions}`})]),
    dockerfile: 'Dockerfile',
    target: undefined,
    args: {},
    labels: {},
    reference,
    onStep: () => {},
  }
  const image = await build(client, request, signal)
  return {image, [Symbol.asyncDispose]: () => untag(client, reference, signal)}
}

/** A layer put on such an image in that way leaves everything but labels and times as it was. */
export const keepsConfig = (
  test: TestFn,
  title: string,
  open: () => Promise<{client: Client; base: string}>,
  way: Layering['way'],
  instructions: string,
): void => {
  test.serial(title, async (t) => {
    const {client, base} = await open()
    await using anchor = await imageOf(client, base, instructions)
    const reference = `${anchor.image.references[0]}-layer`
    const labels = {replaced: 'yes', added: 'yes'}
    const layer = tarOf({'work/file': 'content'})
    const made = await putLayer(client, way, {anchor: anchor.image, layer, labels, reference}, signal)
    try {
      t.deepEqual(await configOf(client, made.id), await configOf(client, anchor.image.id))
      t.deepEqual(made.labels, {...anchor.image.labels, ...labels})
    } finally {
      await untag(client, reference, signal)
    }
  })
}

/** What the engine mounts or makes in a container is not seen in the image, and what a volume would cover is. */
export const seesTheImageAlone = (test: TestFn, open: () => Promise<{client: Client; base: string}>): void => {
  test.serial('volumes hide nothing of an image, and what the engine puts into containers is not in it', async (t) => {
    const {client, base} = await open()
    const before = new Set(await anonymousVolumes(client))
    await using made = await imageOf(client, base, 'COPY --chown=3:4 Dockerfile /data/file\nVOLUME /data\n')
    const engines = ['/.dockerenv', '/etc/hosts', '/etc/resolv.conf', '/etc/mtab', '/dev', '/dev/console', '/proc']
    const paths = ['/', '/data', '/data/file', '/etc/passwd', ...engines]
    const found = await look(client, made.image, 0, paths, signal)
    t.deepEqual([...found.keys()], ['/', '/data', '/data/file', '/etc/passwd'])
    t.like(found.get('/data/file'), {kind: 'file', uid: 3, gid: 4})
    const held = await Array.fromAsync(files(client, made.image, signal), ({path}) => path)
    t.true(held.includes('/data/file'))
    t.deepEqual(
      held.filter((path) => engines.includes(path)),
      [],
    )
    // Those of other tests' containers go with them; one that is forgotten stays.
    await until(async () => (await anonymousVolumes(client)).every((name) => before.has(name)))
  })
}

/** Of no container, and named by the engine: what `VOLUME` in an image makes. */
const anonymousVolumes = async ({docker}: Client): Promise<string[]> => {
  const {Volumes} = await docker.listVolumes({filters: {dangling: ['true']}})
  const names = ((Volumes as typeof Volumes | null) ?? []).map(({Name}) => Name)
  return names.filter((name) => /^[0-9a-f]{64}$/.test(name))
}

/** As the engine says it, without labels and what a builder notes for itself. */
const configOf = async ({docker, libpod}: Client, id: string): Promise<unknown> => {
  const info = await docker.getImage(id).inspect()
  const own = (await libpod?.getImage(id).inspect()) as {Healthcheck?: unknown; ManifestType?: string} | undefined
  const {Architecture, Os, Author} = info
  const {Variant} = info as {Variant?: string}
  const config = {...info.Config, Labels: undefined, Image: undefined, Hostname: undefined}
  return {Architecture, Os, Author, Variant, config, healthcheck: own?.Healthcheck, manifest: own?.ManifestType}
}
