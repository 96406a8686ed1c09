import type {Manifest} from './manifest.ts'
import type {ProjectFiles} from './project-files.ts'

/** Packages that make a site of static files, and where they put it. */
const bundlers: Readonly<Record<string, string>> = {
  astro: 'dist',
  vite: 'dist',
  'react-scripts': 'build',
  '@vue/cli-service': 'dist',
  '@11ty/eleventy': '_site',
  parcel: 'dist',
}

/** Set where what package.json builds is a site of static files and no server of its own. */
export interface BuiltSite {
  bundler: string
  /** directory of the result */
  output: string
}

export const findBuiltSite = async (
  files: ProjectFiles,
  {scripts, dependencies, devDependencies}: Manifest,
  signal: AbortSignal,
): Promise<BuiltSite | undefined> => {
  const bundler = Object.keys(bundlers).find((name) => name in dependencies || name in devDependencies)
  if (bundler === undefined || scripts['build'] === undefined) return undefined
  // A start script that is the bundler's own development server starts nothing that a release needs.
  const start = scripts['start']
  if (
    start !== undefined &&
    !/^(?:\S*\bnpx )?(?:astro|vite|react-scripts|vue-cli-service|eleventy|parcel)\b/.test(start)
  )
    return undefined
  const configs = [...files.names].filter((name) => /^(?:vite|astro)\.config\.\w+$/.test(name))
  const texts = await Promise.all(configs.map((file) => files.text(file, signal)))
  const outDir = texts
    .map((text) => /\boutDir:\s*['"]([\w./-]+)['"]/.exec(text ?? '')?.[1])
    .find((found) => found !== undefined)
  return {bundler, output: (outDir ?? bundlers[bundler] ?? 'dist').replace(/^\.\//, '')}
}
