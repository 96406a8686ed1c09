import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {Readable} from 'node:stream'

import Docker from 'dockerode'

import {tarOf} from '../support/memory-engine/tar.ts'

const busybox = '/bin/busybox'
const applets = 'cat dd echo false head httpd kill ls mkdir nc printf seq sh sleep test touch trap true wc'.split(' ')

/** Why there can be no base image here; undefined where there can. */
export const noBaseImage = async (): Promise<string | undefined> => {
  const binary = await readFile(busybox).catch(() => undefined)
  if (!binary) return `there is no ${busybox} (Debian: busybox-static)`
  return binary.includes('/ld-linux') ? `${busybox} is not a static one (Debian: busybox-static)` : undefined
}

/** A base image of a static busybox alone: no registry is asked. Kept between runs; its name says its content. */
export const baseImage = async (socketPath: string): Promise<string> => {
  const docker = new Docker({socketPath})
  const archive = tarOf({
    'bin/busybox': {content: await readFile(busybox), mode: 0o755},
    ...Object.fromEntries(applets.map((name) => [`bin/${name}`, {link: 'busybox'}])),
    'etc/passwd': 'root:x:0:0:root:/:/bin/sh\n',
  })
  const tag = `test-${createHash('sha256').update(archive).digest('hex').slice(0, 12)}`
  const reference = `imm-base/busybox:${tag}`
  const known = await docker
    .getImage(reference)
    .inspect()
    .catch(() => undefined)
  if (known) return reference
  const answer = await docker.importImage(Readable.from([archive]), {changes: 'LABEL imm.base=busybox'})
  const id = /sha256:[0-9a-f]{64}/.exec(Buffer.concat(await Array.fromAsync(answer as Readable)).toString())?.[0]
  if (id === undefined) throw new Error('the engine did not say what it imported')
  await docker.getImage(id).tag({repo: 'imm-base/busybox', tag})
  return reference
}
