import {createHash} from 'node:crypto'

import {type Header, pack} from 'tar-stream'

import {isImmError} from '../../src/errors.ts'
import type {Image, ImageFile} from '../../src/lifecycle/ports.ts'
import type {Program} from '../support/memory-engine/program.ts'
import {answer, type Bench, port, signal} from './engine-harness.ts'

/** Putting layers on images, and looking into images. */
export const layerContract = ({test, project, labels, build, spec, newName}: Bench): void => {
  const program: Program = {listen: port, expose: [9000, port], content: 'one', health: 'healthy'}

  test.serial('a layer makes an image of its own with one layer more and all else as it was', async (t) => {
    const {engine} = t.context
    const anchor = await build(t, program)
    t.deepEqual(await engine.layering(signal), {way: t.context.way ?? 'load', whiteouts: true})
    const layer = t.context.layer({...program, content: 'two'})
    const reference = newName()
    const own = {...labels, 'imm.snapshot': 'sha256:2'}
    const made = await engine.addLayer({anchor, layer, labels: own, reference}, signal)
    t.not(made.id, anchor.id)
    t.deepEqual(made.layers, [...anchor.layers, sha256(layer)])
    t.deepEqual(made.labels, {...anchor.labels, ...own})
    t.deepEqual(made.references, [reference])
    t.true(made.createdMs >= anchor.createdMs)
    for (const field of ['exposedPorts', 'hasHealthcheck', 'workingDir', 'env', 'onBuild'] as const)
      t.deepEqual(made[field], anchor[field], field)
    t.deepEqual(await engine.image(reference, signal), made)
    t.true((await engine.images(own, signal)).some(({id}) => id === made.id))
    const instance = await engine.start(spec(made), signal)
    t.true((await answer(instance)).includes('two'))
    t.true((await engine.healthcheck(instance.id, signal)).healthy)
    await engine.remove(instance.id, 0, signal)
    t.deepEqual(await engine.image(anchor.references[0] ?? '', signal), anchor)
  })

  test.serial('layers stand on layers, and a whiteout takes away what is below', async (t) => {
    const anchor = await build(t, {...program, content: `${project} layers`})
    const lower = await add(t, anchor, newName(), [
      [{name: 'x/', type: 'directory'}],
      [{name: 'x/kept'}, 'kept'],
      [{name: 'x/gone'}, 'gone'],
      [{name: 'y/', type: 'directory'}],
      [{name: 'y/old'}, 'old'],
    ])
    const upper = await add(t, lower, newName(), [
      [{name: 'x/', type: 'directory'}],
      [{name: 'x/.wh.gone'}, ''],
      [{name: 'y/', type: 'directory'}],
      [{name: 'y/.wh..wh..opq'}, ''],
      [{name: 'y/new'}, 'new'],
    ])
    t.deepEqual(upper.layers.slice(0, -1), lower.layers)
    const paths = (await filesOf(t, upper)).map(({path}) => path).filter((path) => /^\/[xy]\b/.test(path))
    t.deepEqual(paths.toSorted(), ['/x', '/x/kept', '/y', '/y/new'])
    t.true((await filesOf(t, lower)).some(({path}) => path === '/x/gone'))
  })

  test.serial('what an image has at a path is seen, links as themselves, also below its topmost layers', async (t) => {
    const {engine} = t.context
    const anchor = await build(t, {...program, content: `${project} look`})
    const image = await add(t, anchor, newName(), [
      [{name: 'real/', type: 'directory', mode: 0o2750, uid: 5, gid: 6}],
      [{name: 'real/file', mode: 0o4711, uid: 7, gid: 8, mtime: new Date(1e12)}, 'content'],
      [{name: 'link', type: 'symlink', linkname: 'real', uid: 3, gid: 4}],
      [{name: 'nowhere', type: 'symlink', linkname: '/none'}],
    ])
    const paths = ['/real', '/real/file', '/link', '/link/file', '/nowhere', '/none', '/none/x', '/real/file/x']
    const found = await engine.look(image, 0, paths, signal)
    t.deepEqual([...found.keys()].toSorted(), ['/link', '/nowhere', '/real', '/real/file'])
    t.like(found.get('/real'), {kind: 'directory', mode: 0o2750, uid: 5, gid: 6})
    t.deepEqual(found.get('/real/file'), {kind: 'file', mode: 0o4711, uid: 7, gid: 8, mtimeMs: 1e12})
    t.like(found.get('/link'), {kind: 'link', uid: 3, gid: 4})
    t.is((await engine.look(image, 1, paths, signal)).size, 0)
    t.is((await engine.look(image, image.layers.length, paths, signal)).size, 0)
    t.is((await engine.look(image, image.layers.length + 1, paths, signal)).size, 0)
    t.deepEqual(await engine.look(image, 0, paths, signal), found)
    t.is((await engine.look(image, 0, [], signal)).size, 0)
    const below = (await filesOf(t, anchor)).find(({kind}) => kind === 'file')
    t.truthy(below)
    if (below) t.is((await engine.look(image, 1, [below.path], signal)).get(below.path)?.mode, below.mode)
  })

  test.serial('everything that an image holds can be compared, and nothing else is told', async (t) => {
    const anchor = await build(t, {...program, content: `${project} files`})
    const before = new Set((await filesOf(t, anchor)).map(({path}) => path))
    const image = await add(t, anchor, newName(), [
      [{name: 'd/', type: 'directory', mode: 0o711, uid: 1, gid: 2}],
      [{name: 'd/f', mode: 0o600, uid: 3, gid: 4, mtime: new Date(1e12)}, 'content'],
      [{name: 'd/l', type: 'symlink', linkname: '../d/f'}],
      [{name: 'd/empty'}, ''],
    ])
    const own = (await filesOf(t, image))
      .filter(({path}) => !before.has(path))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    t.deepEqual(
      own.map(({path}) => path),
      ['/d', '/d/empty', '/d/f', '/d/l'],
    )
    const [directory, empty, file, link] = own
    t.like(directory, {kind: 'directory', mode: 0o711, uid: 1, gid: 2, content: ''})
    t.is(empty?.content, sha256(Buffer.alloc(0)).slice('sha256:'.length))
    t.like(file, {
      kind: 'file',
      mode: 0o600,
      uid: 3,
      gid: 4,
      size: 7,
      mtimeMs: 1e12,
      content: sha256(Buffer.from('content')).slice('sha256:'.length),
    })
    t.like(link, {kind: 'link', content: '../d/f'})
  })

  test.serial('an anchor that the engine does not have is refused, and nothing stays', async (t) => {
    const {engine} = t.context
    const anchor = await build(t, {...program, content: `${project} refused`})
    const reference = newName()
    const unknown = {...anchor, id: `sha256:${'0'.repeat(64)}`, layers: [sha256(Buffer.from(project))]}
    const request = {anchor: unknown, layer: t.context.layer(program), labels, reference}
    const error = await t.throwsAsync(engine.addLayer(request, signal))
    t.true(isImmError(error, 'LAYER_REFUSED'), String(error))
    t.is(await engine.image(reference, signal), undefined)
    const looked = await t.throwsAsync(engine.look(unknown, 0, ['/x'], signal))
    t.true(isImmError(looked, 'LAYER_REFUSED'), String(looked))
  })

  test.serial('a layer that is given up rejects with the reason, and nothing stays', async (t) => {
    const {engine} = t.context
    const anchor = await build(t, {...program, content: `${project} given up`})
    const reference = newName()
    const request = {anchor, layer: t.context.layer(program), labels, reference}
    const abort = new AbortController()
    const adding = engine.addLayer(request, abort.signal)
    abort.abort('superseded')
    const outcome = await adding.catch((reason: unknown) => reason)
    if (outcome === 'superseded') t.is(await engine.image(reference, signal), undefined)
    else t.is((outcome as Image).references[0], reference)
  })

  test.serial('trials leave nothing in the engine', async (t) => {
    // Those of another imm on this engine are its own, and what a killed one left is swept up after a while.
    const others = await trialsOf(t)
    const engine = await t.context.again()
    await engine.layering(signal)
    await filesOf(t, await build(t, program))
    const left = await trialsOf(t)
    t.deepEqual([...left.difference(others)], [])
  })

  const add = async (t: Has, anchor: Image, reference: string, entries: readonly Entry[]): Promise<Image> =>
    t.context.engine.addLayer({anchor, layer: await tarOf(entries), labels, reference}, signal)
}

const trialsOf = async ({context: {engine}}: Has): Promise<Set<string>> => {
  const labels = {'imm.role': 'trial'}
  const found = [...(await engine.images(labels, signal)), ...(await engine.instances(labels, signal))]
  return new Set(found.map(({id}) => id))
}

type Has = Parameters<Bench['build']>[0]
type Entry = readonly [header: Partial<Header> & {name: string}, content?: string]

const tarOf = async (entries: readonly Entry[]): Promise<Buffer> => {
  const tar = pack()
  for (const [header, content] of entries)
    if (content === undefined) tar.entry(header)
    else tar.entry(header, content)
  tar.finalize()
  return Buffer.concat(await Array.fromAsync(tar as AsyncIterable<Buffer>))
}

const filesOf = (t: Has, image: Image): Promise<ImageFile[]> => Array.fromAsync(t.context.engine.files(image, signal))

const sha256 = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`
