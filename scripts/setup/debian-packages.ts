import {mkdir, readdir, writeFile} from 'node:fs/promises'
import path from 'node:path'

import {execa} from 'execa'

import type {SetupContext} from './context.ts'
import {executable} from './machine.ts'
import type {ServerRecipe} from './recipes/servers/recipe.ts'
import {SetupError} from './setup-error.ts'

const downloadTimeoutMs = 3 * 60_000

/** Downloads packages with the shared libraries that they need, and unpacks them below `place`; nothing is installed, and no root needed. */
export const unpackPackages = async (
  {wanted, kept}: ServerRecipe['packages'],
  place: string,
  context: SetupContext,
): Promise<string> => {
  if (!executable('apt-get') || !executable('dpkg-deb'))
    throw new SetupError([`no apt-get on this machine to download ${wanted} with, and no image registry answers.`])
  const archives = path.join(place, 'archives')
  const root = path.join(place, 'root')
  const nothing = path.join(place, 'nothing')
  await mkdir(archives)
  await mkdir(root)
  await writeFile(nothing, '')
  // As if nothing were installed: what the machine happens to have is not in the image.
  const apt = async (args: readonly string[]): Promise<string> =>
    run(
      'apt-get',
      ['-o', `Dir::State::status=${nothing}`, '-o', 'APT::Sandbox::User=root', '-o', 'Debug::NoLocking=1', ...args],
      {
        cwd: archives,
        signal: context.signal,
      },
    )
  const download = async (): Promise<void> => {
    const plan = await apt(['--no-install-recommends', '--yes', '--print-uris', 'install', wanted])
    await apt(['download', ...packagesToKeep(plan, kept)])
  }
  try {
    await download()
  } catch (error) {
    // A machine that has never asked for the lists, or whose lists name versions that are gone. Only root can renew them.
    if (!(error instanceof SetupError) || process.getuid?.() !== 0) throw error
    await run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', 'update'], {cwd: archives, signal: context.signal})
    await download()
  }
  for (const name of await readdir(archives))
    await run('dpkg-deb', ['--extract', path.join(archives, name), root], {cwd: root, signal: context.signal})
  return root
}

/** From `apt-get --print-uris`: lines such as `'http://…' libpq5_15.20-0+deb12u1_amd64.deb 204800 SHA256:…`. */
export const packagesToKeep = (plan: string, kept: RegExp): string[] =>
  plan
    .split('\n')
    .flatMap((line) => /^'[^']+' ([^_ ]+)_/.exec(line)?.[1] ?? [])
    .filter((name) => kept.test(name) || (library.test(name) && !notNeeded.test(name)))

const library = /^(?:lib|zlib1g)/

/** Perl of the wrappers, and the compiler of PostgreSQL's queries, which runs without. */
const notNeeded = /perl|llvm|^libz3|-bin$|-common$|-l10n$|^libpam-modules|^libsem|^libsepol|^libdb5/

const run = async (
  program: string,
  args: readonly string[],
  {cwd, signal}: {cwd: string; signal: AbortSignal},
): Promise<string> => {
  const result = await execa(program, [...args], {
    cwd,
    env: {DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C'},
    stdin: 'ignore',
    cancelSignal: signal,
    timeout: downloadTimeoutMs,
    reject: false,
  })
  signal.throwIfAborted()
  if (result.failed)
    throw new SetupError([`${program} failed (${args.at(-1)}):`, ...result.stderr.split('\n').slice(-5)])
  return result.stdout
}
