import type {Named, SourceOf} from '../source.ts'

const installed = /^(.*)\/specifications\/(?:default\/)?([^/]+)\.gemspec$/
const versioned = /^(.+?)-(\d+(?:\.[0-9A-Za-z]+)+|\d+$)(?:-|$)/

/** Gems that are installed; the name of the file says all: `nokogiri-1.16.0-x86_64-linux.gemspec`. */
export const gemInstalled: SourceOf = (file) => {
  const [, directory = '', gem = ''] = (file.endsWith('.gemspec') && installed.exec(file)) || []
  const [, name, version] = versioned.exec(gem) ?? []
  if (name === undefined || version === undefined) return undefined
  const named: Named = [name, version]
  // Those that came with Ruby are beside it, wherever its version has its directory.
  const scope = directory.replace(/\/lib\/(?:[^/]+\/)?ruby\/(?:gems\/)?[\d.]+$/, '')
  return {ecosystem: 'gem', source: 'installed', scope: scope || '/', read: () => [named]}
}
