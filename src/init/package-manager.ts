import type {Manifest} from './manifest.ts'
import type {ProjectFiles} from './project-files.ts'

/** How dependencies of a Node project are installed in its image. */
export interface PackageManager {
  name: 'npm' | 'pnpm' | 'yarn'
  /** file that says so */
  source: string
  locked: boolean
  /** .npmrc holds a token, which must not get into a layer */
  registrySecret: boolean
  /** what the installation reads: arguments of COPY */
  manifests: string
  /** options of `RUN --mount` for the downloads of all projects, at `/cache` */
  cacheMount: string
  /** shell commands */
  install: string
  installAll: string
}

const lockfiles = [
  ['pnpm', 'pnpm-lock.yaml'],
  ['yarn', 'yarn.lock'],
  ['npm', 'npm-shrinkwrap.json'],
  ['npm', 'package-lock.json'],
] as const

/** The `packageManager` field decides, then the lockfile. */
export const findPackageManager = async (
  files: ProjectFiles,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<PackageManager> => {
  const [, named, version] = /^(npm|pnpm|yarn)@(\d[\w.-]*)/.exec(manifest.packageManager) ?? []
  const lock =
    lockfiles.find(([name, file]) => files.names.has(file) && name === named) ??
    lockfiles.find(([name, file]) => files.names.has(file) && (named === undefined || name === 'npm'))
  const lockfile = lock?.[1]
  const name = lock?.[0] ?? (named as PackageManager['name'] | undefined) ?? 'npm'
  const lockText = lockfile && name !== 'npm' ? ((await files.text(lockfile, signal)) ?? '') : ''
  const wanted = name === named ? version : undefined
  const commands = {
    npm: () => npm(lockfile !== undefined),
    pnpm: () => pnpm(wanted, lockText, lockfile !== undefined),
    yarn: () =>
      isBerry(wanted, lockText) ? berry(wanted, lockfile !== undefined) : classicYarn(lockfile !== undefined),
  }[name]()
  const wantsSources = ['.yarn', 'patches', 'pnpm-workspace.yaml'].some(
    (file) => name !== 'npm' && files.names.has(file),
  )
  const registrySecret = /(?:_authToken|_auth|_password)\s*=\s*(?!\$\{)\S/.test(
    (await files.text('.npmrc', signal)) ?? '',
  )
  const read = ['package.json', lockfile, '.npmrc', '.yarnrc', '.yarnrc.yml', '.pnpmfile.cjs'].filter(
    (file) => file !== undefined && files.names.has(file) && !(file === '.npmrc' && registrySecret),
  )
  // Husky and its like are tools of the working copy: they are not there without the development dependencies.
  const quiet = manifest.scripts['prepare'] === undefined ? '' : 'npm pkg delete scripts.prepare && '
  return {
    name,
    source: lockfile ?? 'package.json',
    locked: lockfile !== undefined,
    registrySecret,
    manifests: wantsSources ? '.' : read.join(' '),
    // Classic yarn is the one that cannot share its cache with another that runs.
    cacheMount: `type=cache,id=imm-${name},target=/cache${name === 'yarn' ? ',sharing=locked' : ''}`,
    install: quiet + commands.install,
    installAll: quiet + commands.installAll,
  }
}

interface Commands {
  install: string
  installAll: string
}

const npm = (locked: boolean): Commands => {
  const all = `npm ${locked ? 'ci' : 'install'} --no-audit --no-fund --no-update-notifier --cache /cache`
  return {install: `${all} --omit=dev`, installAll: all}
}

// By npm rather than corepack: newer Node images come without it, and older ones stumble over rotated signing keys.
const pnpm = (version: string | undefined, lockText: string, locked: boolean): Commands => {
  const old = /^lockfileVersion: '?[56]/m.test(lockText)
  const get = `npm install --global --cache /cache/npm pnpm@${version ?? (old ? '8' : '10')}`
  const all = `${get} && pnpm install${locked ? ' --frozen-lockfile' : ''} --store-dir /cache/store`
  return {install: `${all} --prod`, installAll: `${all} --prod=false`}
}

const classicYarn = (locked: boolean): Commands => {
  const all = `yarn install${locked ? ' --frozen-lockfile' : ''} --non-interactive --cache-folder /cache`
  return {install: `${all} --production`, installAll: `${all} --production=false`}
}

const isBerry = (version: string | undefined, lockText: string): boolean =>
  version === undefined ? lockText.includes('__metadata:') : !/^[01]\./.test(version)

const berry = (version: string | undefined, locked: boolean): Commands => {
  const get = `npm install --global --force --cache /cache/npm @yarnpkg/cli-dist@${version ?? '4'}`
  // The image runs plain `node`, which knows nothing of Plug'n'Play.
  const settings = 'export YARN_NODE_LINKER=node-modules YARN_IGNORE_PATH=1 YARN_GLOBAL_FOLDER=/cache/yarn'
  const start = `${get} && ${settings}`
  return {
    install: `${start} && yarn workspaces focus --all --production`,
    installAll: `${start} && yarn install${locked ? ' --immutable' : ''}`,
  }
}
