import {findAnswering} from './answering.ts'
import {portHint} from './hints.ts'
import {readManifest, type Manifest} from './manifest.ts'
import {findNodeVersion} from './node-version.ts'
import {findPackageManager} from './package-manager.ts'
import type {Detect, Finding} from './plan.ts'
import type {ProjectFiles} from './project-files.ts'
import {findBuiltSite} from './site.ts'
import {startCommand} from './start-script.ts'

const stems = ['server', 'index', 'app', 'main']
const extensions = ['js', 'mjs', 'cjs', 'ts', 'mts']
const entryNames = ['', 'src/'].flatMap((folder) =>
  stems.flatMap((stem) => extensions.map((extension) => `${folder}${stem}.${extension}`)),
)

export const detectNode: Detect = async (files, signal) => {
  const manifest = await readManifest(files, signal)
  if (!manifest) return undefined
  const manager = await findPackageManager(files, manifest, signal)
  const version = await findNodeVersion(files, manifest, signal)
  const site = await findBuiltSite(files, manifest, signal)
  const start = site ? undefined : await findStart(files, manifest, signal)
  const command = start?.words ?? ['node', 'server.js']
  const build = manifest.scripts['build'] !== undefined
  const [program = ''] = command
  const toolIsForDevelopment = program in manifest.devDependencies
  const workspaces = manifest.workspaces.length > 0 || files.names.has('pnpm-workspace.yaml')
  const scriptPort = portHint(manifest.scripts['start'] ?? '', 'package.json')
  const known = scriptPort && {value: scriptPort.value, source: 'package.json'}
  const answering = await findAnswering(files, entrySources(command), {known, usual: 3000}, signal)
  const findings: Finding[] = [
    {
      what: 'language',
      value: `Node.js ${version.value}`,
      file: version.source === 'usual' ? 'package.json' : version.source,
    },
    {what: 'package manager', value: manager.name, file: manager.source},
    ...(build ? [{what: 'build', value: 'npm run build', file: 'package.json'}] : []),
    ...(start ? [{what: 'start', value: command.join(' '), file: start.file}] : []),
    ...answering.findings,
  ]
  return {
    flavour: 'node',
    dockerfile: workspaces ? 'Dockerfile.workspaces' : 'Dockerfile',
    values: {
      ...answering.values,
      version: version.value,
      manifests: manager.manifests,
      cacheMount: manager.cacheMount,
      install: toolIsForDevelopment ? manager.installAll : manager.install,
      installAll: manager.installAll,
      build,
      command: JSON.stringify(command),
      registrySecret: manager.registrySecret,
    },
    findings,
    notes: [
      ...(manager.locked ? [] : ['There is no lockfile: commit one, so that every build installs the same versions.']),
      ...(toolIsForDevelopment
        ? [`${program} is a development dependency, so all of those are in the image: move it to dependencies.`]
        : []),
      ...(start?.direct === false
        ? ['The start script needs a shell, so npm starts it: SIGTERM reaches the application through npm.']
        : []),
      ...(manager.registrySecret
        ? ['.npmrc holds a token and stays out of the image: packages of a private registry need a build secret.']
        : []),
      ...(['preinstall', 'install', 'postinstall'].some((name) => name in manifest.scripts)
        ? ['package.json has an install script of its own: it runs before the sources are copied.']
        : []),
    ],
    missing: start ? undefined : missing(manifest, site?.bundler),
  }
}

interface Start {
  words: readonly string[]
  direct: boolean
  file: string
}

const findStart = async (
  files: ProjectFiles,
  {scripts, main}: Manifest,
  signal: AbortSignal,
): Promise<Start | undefined> => {
  if (scripts['start'] !== undefined) return {...startCommand(scripts['start']), file: 'package.json'}
  const built = scripts['build'] !== undefined
  // npm init writes `main: index.js` whether or not there is one.
  if (main !== undefined && (built || (await files.text(main, signal)) !== undefined))
    return {words: ['node', main], direct: true, file: 'package.json'}
  for (const file of entryNames)
    if ((await files.text(file, signal)) !== undefined) return {words: ['node', file], direct: true, file}
  return undefined
}

/** Sources that may say the port: what is started, then, for something built, what it may be built from. */
const entrySources = (command: readonly string[]): string[] => {
  const started = command.filter((word) => /\.[cm]?[jt]s$/.test(word))
  const stem = started[0]?.replace(/^.*\//, '').replace(/\.\w+$/, '')
  const made = stem === undefined ? [] : extensions.map((extension) => `src/${stem}.${extension}`)
  return [...started, ...made, ...entryNames]
}

const missing = ({workspaces}: Manifest, bundler: string | undefined): string => {
  if (bundler !== undefined) return `package.json builds a static site with ${bundler} and starts no server.`
  if (workspaces.length > 0)
    return `package.json has workspaces (${workspaces.join(', ')}) and no start script: name one of them, as in \`imm init DIRECTORY\`.`
  return 'package.json has no start script and no main, and there is none of server, index, app or main (.js, .mjs, .cjs, .ts), here or in src.'
}
