import {createHash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import type {SetupContext} from './context.ts'
import {unpackPackages} from './debian-packages.ts'
import type {Endpoint} from './endpoint.ts'
import {buildImage, forgetOthers, hasImage, importImage, tagImage} from './local-image.ts'
import {isDebian} from './machine.ts'
import {ground, groundChanges} from './recipes/ground.ts'
import type {ServerRecipe} from './recipes/servers/recipe.ts'
import {serverRecipes, type ServerName} from './recipes/servers/table.ts'
import {unpackedEntries} from './recipes/servers/unpacked.ts'
import {haveRegistryImage} from './registry-image.ts'
import type {Entry, Rootfs} from './rootfs.ts'
import {SetupError} from './setup-error.ts'

/** The image of a real server: the registry's where it can be had, else `imm-base/<name>:local`, from Debian's packages. */
export const ensureServerImage = async (engine: Endpoint, name: ServerName, context: SetupContext): Promise<string> => {
  const recipe = serverRecipes[name]
  if (await haveRegistryImage(engine, recipe.registry, context)) return recipe.registry
  const system = osRelease()
  if (process.platform !== 'linux' || !isDebian(system))
    throw new SetupError([
      `the image ${recipe.registry} cannot be pulled, and this machine is no Debian to make it from.`,
    ])
  const [repo, {signal, say}] = [`imm-base/${name}`, context]
  const reference = `${repo}:${digestOf(recipe, system)}`
  const started = performance.now()
  if (!(await hasImage(engine, reference, signal))) {
    await make(engine, reference, recipe, context)
    say(`made the image ${repo}:local from Debian's packages (${((performance.now() - started) / 1000).toFixed(1)} s)`)
  }
  await tagImage(engine, reference, 'local', signal)
  await forgetOthers(engine, reference, signal)
  return `${repo}:local`
}

const make = async (
  engine: Endpoint,
  reference: string,
  recipe: ServerRecipe,
  context: SetupContext,
): Promise<void> => {
  const place = await mkdtemp(path.join(tmpdir(), 'imm-packages-'))
  try {
    const root = await unpackPackages(recipe.packages, place, context)
    const files = `${reference}-files`
    await importImage(engine, files, rootfsOf(recipe, root), context.signal)
    // Not all of an image's configuration can be said when it is imported: STOPSIGNAL can't.
    await buildImage(engine, reference, [`FROM ${files}`, ...recipe.changes].join('\n'), context.signal)
  } finally {
    await rm(place, {recursive: true, force: true})
  }
}

const rootfsOf = (recipe: ServerRecipe, root: string): Rootfs => ({
  entries: [
    ...withAccount(ground(), recipe.user),
    ...unpackedEntries(root, recipe),
    ...recipe.entries,
    // Debian's loader looks here; older packages put libraries to the other name.
    {kind: 'link', path: '/lib', target: 'usr/lib'},
    {kind: 'link', path: '/lib64', target: 'usr/lib64'},
  ],
  changes: groundChanges(),
})

const withAccount = (entries: readonly Entry[], {name, id}: ServerRecipe['user']): Entry[] =>
  entries.map((entry) => {
    if (entry.kind !== 'text') return entry
    if (entry.path === '/etc/passwd') return {...entry, text: `${entry.text}${name}:x:${id}:${id}::/:/bin/sh\n`}
    if (entry.path === '/etc/group') return {...entry, text: `${entry.text}${name}:x:${id}:\n`}
    return entry
  })

/** The recipe and the distribution: newer packages alone are no reason to make it again. */
const digestOf = (recipe: ServerRecipe, system: string): string => {
  const made = JSON.stringify([recipe, groundChanges(), system, process.arch], textOf)
  return createHash('sha256').update(made).digest('hex').slice(0, 12)
}

const textOf = (_: string, value: unknown): unknown => (value instanceof RegExp ? String(value) : value)

const osRelease = (): string => {
  try {
    return readFileSync('/etc/os-release', 'utf8')
  } catch {
    return ''
  }
}
