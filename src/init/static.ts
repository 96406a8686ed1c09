import {readManifest} from './manifest.ts'
import {findNodeVersion} from './node-version.ts'
import {findPackageManager} from './package-manager.ts'
import type {Detect, Finding} from './plan.ts'
import type {ProjectFiles} from './project-files.ts'
import {findBuiltSite} from './site.ts'

const folders = ['public', 'www', 'site', 'dist', 'build', '_site', 'docs', 'html']
const port: Finding = {what: 'port', value: '8080', file: undefined}

/** A site that a bundler builds, else the first folder with an index.html. */
export const detectStatic: Detect = async (files, signal) => {
  const common = {flavour: 'static', notes: [], missing: undefined} as const
  const answering = {port: 8080, healthPath: undefined, healthSource: undefined}
  const manifest = await readManifest(files, signal)
  const site = manifest && (await findBuiltSite(files, manifest, signal))
  if (manifest && site) {
    const manager = await findPackageManager(files, manifest, signal)
    const version = await findNodeVersion(files, manifest, signal)
    return {
      ...common,
      dockerfile: 'Dockerfile.built',
      values: {
        ...answering,
        version: version.value,
        manifests: manager.manifests,
        cacheMount: manager.cacheMount,
        installAll: manager.installAll,
        source: undefined,
        output: site.output,
        registrySecret: manager.registrySecret,
        build: true,
      },
      findings: [
        {what: 'site', value: `built by ${site.bundler} in ${site.output}`, file: 'package.json'},
        {what: 'package manager', value: manager.name, file: manager.source},
        port,
      ],
    }
  }
  const folder = files.names.has('index.html') ? '.' : await findFolder(files)
  if (folder === undefined) return undefined
  return {
    ...common,
    dockerfile: 'Dockerfile',
    values: {...answering, source: folder, output: undefined, build: false},
    findings: [
      {
        what: 'site',
        value: folder === '.' ? 'this directory' : folder,
        file: folder === '.' ? 'index.html' : `${folder}/index.html`,
      },
      port,
    ],
  }
}

const findFolder = async (files: ProjectFiles): Promise<string | undefined> => {
  for (const folder of folders) if ((await files.list(folder)).includes('index.html')) return folder
  return undefined
}
