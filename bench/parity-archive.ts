import {createCipheriv, createHash} from 'node:crypto'
import {createReadStream, createWriteStream} from 'node:fs'
import {stat} from 'node:fs/promises'
import path from 'node:path'
import {PassThrough} from 'node:stream'
import {pipeline} from 'node:stream/promises'

import {pack, type Pack} from 'tar-stream'

const largeBytes = 1_000_000
const smallBytes = 2000
const smallFiles = 20_000

/** The same bytes for the same seed, and none that compress. */
const bytesOf = (seed: number, length: number): Buffer => {
  const key = Buffer.alloc(16)
  key.writeUInt32BE(seed)
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length))
}

interface Layer {
  file: string
  diffId: string
}

/** An archive as `docker save` writes it: a layer of so many MB with 20,000 small files among them, and one with a single file. */
export const writeArchive = async (
  directory: string,
  name: string,
  megabytes: number,
  own: string,
): Promise<string> => {
  const layers = [
    await writeLayer(path.join(directory, `${name}.0.tar`), async (tar) => {
      for (let n = 0; n < smallFiles; n++) await put(tar, `srv/small/${n % 100}/${n}`, bytesOf(n, smallBytes))
      const large = Math.max(0, Math.round((megabytes * 1e6 - smallFiles * smallBytes) / largeBytes))
      for (let n = 0; n < large; n++) await put(tar, `srv/large/${n}`, bytesOf(smallFiles + n, largeBytes))
    }),
    await writeLayer(path.join(directory, `${name}.1.tar`), async (tar) => put(tar, 'srv/own', Buffer.from(own))),
  ]
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: {Cmd: ['/srv/own']},
    rootfs: {type: 'layers', diff_ids: layers.map(({diffId}) => diffId)},
  })
  const manifest = [{Config: 'config.json', RepoTags: ['bench:1'], Layers: layers.map((_, at) => `${at}/layer.tar`)}]
  const file = path.join(directory, `${name}.tar`)
  const tar = pack()
  const written = pipeline(tar, createWriteStream(file))
  for (const [at, layer] of layers.entries()) {
    const {size} = await stat(layer.file)
    await pipeline(createReadStream(layer.file), tar.entry({name: `${at}/layer.tar`, size}))
  }
  await put(tar, 'config.json', Buffer.from(config))
  await put(tar, 'manifest.json', Buffer.from(JSON.stringify(manifest)))
  tar.finalize()
  await written
  return file
}

const writeLayer = async (file: string, fill: (tar: Pack) => Promise<void>): Promise<Layer> => {
  const tar = pack()
  const hash = createHash('sha256')
  const counted = new PassThrough().on('data', (bytes: Buffer) => void hash.update(bytes))
  const written = pipeline(tar, counted, createWriteStream(file))
  await fill(tar)
  tar.finalize()
  await written
  return {file, diffId: `sha256:${hash.digest('hex')}`}
}

const put = async (tar: Pack, name: string, content: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    tar.entry({name, mtime: new Date(0)}, content, (error) => (error ? reject(error) : resolve()))
  })
