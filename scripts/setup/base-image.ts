import {baseImages, type BaseImageName} from './base-image-table.ts'
import type {SetupContext} from './context.ts'
import type {Endpoint} from './endpoint.ts'
import {forgetOthers, hasImage, importImage, tagImage} from './local-image.ts'
import {haveRegistryImage} from './registry-image.ts'
import {fingerprint} from './rootfs.ts'
import {SetupError} from './setup-error.ts'

/** The name to build `FROM`: the registry's image where it can be had, else `imm-base/<name>:local`, made from this machine. */
export const ensureBaseImage = async (
  engine: Endpoint,
  name: BaseImageName,
  context: SetupContext,
): Promise<string> => {
  const {registry} = baseImages[name]
  if (await haveRegistryImage(engine, registry, context)) return registry
  // The programs of other systems don't run in a Linux container.
  if (process.platform !== 'linux')
    throw new SetupError([
      `the image ${registry} cannot be pulled.`,
      `Check the network, then try: docker pull ${registry}`,
    ])
  return ensureLocalImage(engine, name, context)
}

const ensureLocalImage = async (
  engine: Endpoint,
  name: BaseImageName,
  {signal, say}: SetupContext,
): Promise<string> => {
  const started = performance.now()
  const plain = baseImages[name].rootfs()
  const rootfs = {...plain, changes: [...plain.changes, `LABEL imm.base=${name}`]}
  const repo = `imm-base/${name}`
  const reference = `${repo}:${name === 'node' ? `${process.version.slice(1)}-` : ''}${fingerprint(rootfs)}`
  const alias = `${repo}:local`
  if (!(await hasImage(engine, reference, signal))) {
    await importImage(engine, reference, rootfs, signal)
    say(`made the base image ${alias} from this machine (${((performance.now() - started) / 1000).toFixed(1)} s)`)
  }
  await tagImage(engine, reference, 'local', signal)
  await forgetOthers(engine, reference, signal)
  return alias
}
