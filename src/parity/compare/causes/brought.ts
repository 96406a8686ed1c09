import type {Finding} from '../../report/finding.ts'

/** Which finding brings another; undefined where none does. */
export type Explanation = (finding: Finding) => Finding | undefined

/** The same change, and not just of the same thing: what an image installs over its base is its own. */
export const byBase = (base: Finding, brings: readonly Finding[]): Explanation => {
  const keys = new Set(brings.map(keyOf))
  return (finding) =>
    keys.has(keyOf(finding)) || finding.rule === 'image.base.age' || finding.rule === 'image.size' ? base : undefined
}

const keyOf = ({rule, subject, a, b}: Finding): string => JSON.stringify([rule, subject, a, b])

/** Another distribution or release of it has other packages, and another platform has them for itself. */
export const bySystem = (findings: readonly Finding[]): Explanation => {
  const release = findings.find(({rule}) => rule === 'os.release')
  const platform = findings.find(({rule}) => rule === 'image.platform')
  return ({rule}) => {
    if (rule === 'os.package.architecture') return platform ?? release
    return rule.startsWith('os.package.') ? release : undefined
  }
}

const ofRuntimes: readonly (readonly [runtime: string, variable: RegExp, packages: RegExp])[] = [
  ['node', /^(?:NODE|YARN|NPM)_VERSION$/, /^(?:nodejs|libnode\d*)/],
  ['python', /^(?:PYTHON_(?:VERSION|SHA256|PIP_VERSION|SETUPTOOLS_VERSION|GET_PIP_\w+)|GPG_KEY)$/, /^(?:lib)?python\d/],
  ['ruby', /^RUBY_(?:VERSION|MAJOR|DOWNLOAD_\w+)$/, /^(?:lib)?ruby\d/],
  ['go', /^GOLANG_VERSION$/, /^golang-/],
  ['java', /^JAVA_VERSION$/, /^openjdk-/],
]

/** Images of languages say their version in a variable, too; distributions have the runtime as a package. */
export const byRuntimeVersion = (findings: readonly Finding[]): Explanation => {
  const runtimes = findings.filter(({rule}) => rule.startsWith('runtime.version'))
  return ({rule, subject}) => {
    const [name] =
      ofRuntimes.find(
        ([, variable, packages]) =>
          (rule.startsWith('config.env.') && variable.test(subject)) ||
          (rule === 'os.package.version' && packages.test(subject)),
      ) ?? []
    return runtimes.find(
      (each) => name !== undefined && (each.subject === name || each.subject.startsWith(`${name} (`)),
    )
  }
}

/** Distributions have libraries of languages as packages of their own, below /usr: `python3-yaml`, `py3-yaml`, `ruby-rack`. */
export const byDistribution = (findings: readonly Finding[]): Explanation => {
  const packages = new Map(
    findings.filter(({rule}) => rule.startsWith('os.package.')).map((finding) => [finding.subject, finding]),
  )
  return ({rule, subject}) => {
    const [, ecosystem, name] = /^(pypi|gem):(\S+) in \/usr$/.exec(subject) ?? []
    if (!rule.startsWith('dependency.') || name === undefined) return undefined
    const prefixes = ecosystem === 'gem' ? ['ruby-'] : ['python3-', 'py3-', 'python-']
    const plain = name.replace(/^(?:py|python-)/, '')
    return prefixes
      .flatMap((prefix) => [packages.get(`${prefix}${name}`), packages.get(`${prefix}${plain}`)])
      .find((found) => found !== undefined)
  }
}
