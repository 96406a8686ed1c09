import type {Import, SourceFile} from './source-files.ts'

interface Rule {
  /** folders or files of src */
  may: readonly string[]
  /** folders or files of src, by `import type` alone */
  mayTypes?: readonly string[]
  /** whether `node:` is allowed */
  node: boolean
}

const adapter: Rule = {
  may: ['errors.ts', 'release', 'socket', 'state/paths.ts'],
  mayTypes: ['config/settings.ts', 'lifecycle/ports.ts'],
  node: true,
}

/** Who may import what, of src, beside its own folder. A folder that is not here is a mistake: decide, then write it down. */
export const rules: Readonly<Record<string, Rule>> = {
  'errors.ts': {may: [], node: false},
  release: {may: ['errors.ts'], node: false},
  strategy: {may: ['errors.ts', 'release'], node: false},
  drift: {may: ['release'], mayTypes: ['lifecycle/ports.ts', 'config/settings.ts'], node: false},
  lifecycle: {may: ['errors.ts', 'release', 'strategy', 'drift'], mayTypes: ['config/settings.ts'], node: true},
  config: {may: ['errors.ts', 'release'], mayTypes: ['strategy'], node: true},
  socket: {may: ['errors.ts'], node: true},
  state: {
    may: ['errors.ts', 'release', 'preview/names.ts'],
    mayTypes: ['config/previews.ts', 'lifecycle/ports.ts'],
    node: true,
  },
  ledger: {
    may: ['errors.ts', 'release', 'socket', 'state'],
    mayTypes: ['config/settings.ts', 'lifecycle/events.ts'],
    node: true,
  },
  delta: {may: ['errors.ts', 'release', 'config'], mayTypes: ['lifecycle/ports.ts'], node: true},
  tls: {may: ['errors.ts', 'socket'], node: true},
  engine: adapter,
  source: adapter,
  proxy: {...adapter, may: [...adapter.may, 'tls']},
  session: adapter,
  gates: adapter,
  secrets: adapter,
  preview: {
    may: ['errors.ts', 'release', 'socket'],
    mayTypes: [
      'config/previews.ts',
      'lifecycle/events.ts',
      'lifecycle/ports.ts',
      'source/repository',
      'state/previews.ts',
    ],
    node: true,
  },
  compose: {
    may: [
      'errors.ts',
      'release',
      'socket/system-error.ts',
      'config/env-file.ts',
      'config/suggest.ts',
      'config/yaml-place.ts',
      'config/defaults.ts',
      'config/default-settings.ts',
    ],
    mayTypes: ['config/settings.ts', 'lifecycle/services/spec.ts'],
    node: true,
  },
  init: {may: ['errors.ts', 'release', 'config'], node: true},
  parity: {
    may: ['errors.ts', 'release', 'config/suggest.ts'],
    mayTypes: ['config/parity.ts', 'lifecycle/ports.ts'],
    node: true,
  },
  doctor: {may: ['errors.ts', 'release', 'state', 'socket', 'tls'], mayTypes: ['lifecycle/ports.ts'], node: true},
  wiring: {
    may: [
      'errors.ts',
      'release',
      'strategy',
      'drift',
      'lifecycle',
      'config',
      'delta',
      'state',
      'ledger',
      'socket',
      'tls',
      'engine',
      'source',
      'proxy',
      'session',
      'gates',
      'secrets',
      'compose',
      'doctor',
      'parity',
      'preview',
    ],
    node: true,
  },
  terminal: {
    may: ['errors.ts', 'release', 'config', 'drift', 'lifecycle/stopped.ts'],
    mayTypes: ['ledger', 'lifecycle/events.ts', 'lifecycle/ports.ts', 'parity', 'preview', 'wiring'],
    node: true,
  },
  commands: {
    may: ['errors.ts', 'wiring', 'terminal', 'init', 'doctor', 'preview'],
    mayTypes: ['release', 'lifecycle/events.ts', 'parity'],
    node: true,
  },
  hooks: {may: ['errors.ts', 'terminal'], node: true},
  'index.ts': {may: ['errors.ts', 'release', 'lifecycle', 'config', 'wiring'], node: false},
}

/** The folder that owns each package: it alone knows that the package exists. More than one only where each needs it for itself. */
export const owners: Readonly<Record<string, readonly string[]>> = {
  '@balena/dockerignore': ['source'],
  '@peculiar/asn1-schema': ['tls'],
  '@peculiar/asn1-x509': ['tls'],
  '@oclif/core': ['terminal', 'commands', 'hooks'],
  chokidar: ['source'],
  dockerode: ['engine/docker'],
  'docker-modem': ['engine/docker'],
  'dockerfile-ast': ['config'],
  // Programs are started for git (source), for the browser (terminal), for checks (gates), for hooks (preview), for scanners of images (parity), for a registry's credentials and for password managers (secrets): nothing to share
  // but the call.
  execa: [
    'source',
    'terminal',
    'gates',
    'preview',
    'engine/docker/registry',
    'engine/docker/volume',
    'parity/scanners',
    'secrets',
  ],
  'get-east-asian-width': ['terminal'],
  'tar-stream': ['engine/docker', 'source'],
  yaml: ['config', 'compose', 'parity'],
  // What comes from outside is checked where it comes in.
  zod: ['config', 'compose', 'engine', 'init', 'parity', 'preview', 'proxy', 'session', 'socket', 'state'],
}

const maxLines = 250

/** Longer on purpose. */
const long: Readonly<Record<string, string>> = {
  'lifecycle/ports.ts': 'types alone: what the lifecycle needs from the world, on one page',
}

const within = (file: string, places: readonly string[]) =>
  places.some((place) => file === place || file.startsWith(`${place}/`))

/** `release/labels.ts` is of `release`, `errors.ts` of itself. */
const folderOf = (file: string) => file.split('/')[0] ?? file

export const importViolations = (files: readonly SourceFile[]): string[] =>
  files.flatMap(({path, imports}) => {
    const folder = folderOf(path)
    const rule = rules[folder]
    if (rule === undefined)
      return [`src/${path}: no rule says what src/${folder} may import; add one to test/architecture/rules.ts`]
    return imports.flatMap((each) => {
      const problem = problemOf(each, folder, path, rule)
      return problem === undefined ? [] : [`src/${path} imports ${each.target}: ${problem}`]
    })
  })

const problemOf = ({target, kind, typeOnly}: Import, folder: string, path: string, rule: Rule): string | undefined => {
  if (kind === 'node') return rule.node ? undefined : `src/${folder} is pure and uses nothing of Node`
  if (kind === 'package') {
    const owning = owners[target]
    if (owning === undefined) return 'no folder owns this package; add it to test/architecture/rules.ts'
    return within(path, owning) ? undefined : `the package belongs to src/${owning.join(' and src/')}`
  }
  if (folderOf(target) === folder || within(target, rule.may)) return undefined
  if (within(target, rule.mayTypes ?? []))
    return typeOnly ? undefined : 'only its types may be imported here (`import type`)'
  return `src/${folder} may import ${[...rule.may, ...(rule.mayTypes ?? [])].join(', ') || 'nothing'}`
}

/** Each cycle once, as the path around it. Types are no part of one: they are gone when imm runs. */
export const cycles = (files: readonly SourceFile[]): string[] => {
  const edges = new Map(
    files.map(({path, imports}) => [
      path,
      imports.filter(({kind, typeOnly}) => kind === 'file' && !typeOnly).map(({target}) => target),
    ]),
  )
  const found: string[] = []
  const done = new Set<string>()
  const visit = (file: string, trail: readonly string[]) => {
    const start = trail.indexOf(file)
    if (start !== -1) {
      found.push([...trail.slice(start), file].map((each) => `src/${each}`).join(' -> '))
      return
    }
    if (done.has(file)) return
    for (const next of edges.get(file) ?? []) visit(next, [...trail, file])
    done.add(file)
  }
  for (const file of edges.keys()) visit(file, [])
  return found
}

export const lengthViolations = (files: readonly SourceFile[]): string[] =>
  files
    .map(({path, text}) => ({path, lines: text.trimEnd().split('\n').length}))
    .filter(({path, lines}) => lines > maxLines && long[path] === undefined)
    .map(({path, lines}) => `src/${path} has ${lines} lines, more than ${maxLines}: split it by what it decides`)

export const defaultExportViolations = (files: readonly SourceFile[]): string[] =>
  files
    .filter(({path}) => !within(path, ['commands', 'hooks']))
    .filter(({text}) => /^export default\b|^export \{[^}]*\bas default\b/m.test(text))
    .map(({path}) => `src/${path} has a default export: names are for all but what oclif loads (commands, hooks)`)
