import path from 'node:path'

import type {SettingFlags} from '../config/flags.ts'
import {loadSettings, type Loaded} from '../config/load.ts'
import {explainFile, type Explanation} from '../delta/explain.ts'
import type {SourceDirectory, SourceNode} from '../lifecycle/ports.ts'
import {readIgnoreRules, type IgnoreRules} from '../source/ignore.ts'
import {placeOf, type Place} from '../source/place.ts'
import {scopeOf, type Scope} from '../source/scope.ts'
import {dockerfileText} from './dockerfile.ts'
import {projectOf} from './project.ts'

/** What a change of one path would cost. */
export interface ExplainedPath extends Omit<Explanation, 'cost'> {
  /** relative to the project */
  file: string
  /** `none`: no build; `delta`: one layer; `full`: the whole Dockerfile; `settings`: imm.yaml and its like are read again */
  how: Explanation['cost'] | 'settings'
  kind: 'file' | 'directory'
}

export interface ExplainOptions {
  /** of the project; absolute */
  directory: string
  flags: SettingFlags
  /** absolute; none: what lies at the top of the build context */
  files: readonly string[]
}

/** What changes of files would cost, and why: from the Dockerfile and the source alone, without an engine. */
export const runExplain = async (
  {directory, flags, files}: ExplainOptions,
  signal: AbortSignal,
): Promise<ExplainedPath[]> => {
  const loaded = await loadSettings({directory, flags, signal})
  const {build, watch} = loaded.settings
  const place = placeOf(directory, build.context, build.inline === undefined ? build.dockerfile : undefined)
  const [tree, {built: text}, rules] = await Promise.all([
    treeOf(loaded, {directory, flags}, signal),
    dockerfileText(loaded.settings, signal),
    readIgnoreRules(place, 'leave out', signal),
  ])
  const scope = scopeOf(place, loaded.files, watch, rules)
  const explain = (at: string) => explainFile(text, build, tree, at)
  const known = {place, tree, rules, scope, explain, settings: new Set(loaded.files)}
  const asked =
    files.length > 0 ? files : [...tree.children.keys()].toSorted().map((name) => path.join(place.context, name))
  return asked.map((file) => explained(file, known))
}

interface Known {
  place: Place
  tree: SourceDirectory
  rules: IgnoreRules
  scope: Scope
  settings: ReadonlySet<string>
  explain: (at: string) => Explanation
}

const treeOf = async (
  loaded: Loaded,
  where: Pick<ExplainOptions, 'directory' | 'flags'>,
  signal: AbortSignal,
): Promise<SourceDirectory> => {
  await using source = projectOf(loaded, {...where, environment: 'main'}).source
  return (await source.snapshot(signal)).tree
}

const readAgain = 'imm reads it again, and releases what it makes different; it enters no image'

const explained = (file: string, known: Known): ExplainedPath => {
  const {place, tree, rules, scope, settings} = known
  const name = path.relative(place.project, file).replaceAll(path.sep, '/') || '.'
  const answer = (how: ExplainedPath['how'], reason: string): ExplainedPath => ({
    file: name,
    how,
    reason,
    kind: 'file',
    line: undefined,
    advice: undefined,
  })
  const at = scope.inContext(file)
  const node = at === undefined ? undefined : nodeAt(tree, at)
  const isBuilding = at !== undefined && scope.exact.has(file) && !settings.has(file)
  if (node === undefined && !isBuilding) {
    if (settings.has(file)) return answer('settings', readAgain)
    if (at === undefined) return answer('none', `it lies outside of the build context ${place.context}`)
    if (/(?:^|\/)\.(?:git|imm)(?:\/|$)/.test(at)) return answer('none', 'no such directory is ever part of an image')
    if (rules.ignores(at)) return answer('none', `${rules.file ?? 'imm'} keeps it out of the image`)
    return answer('none', 'there is no such file')
  }
  if (at !== undefined && !isBuilding && !scope.counts(at) && node?.kind !== 'directory')
    return answer('none', 'imm dev does not watch it (`watch:` in imm.yaml): it enters the image with the next change')
  const {cost, ...why} = node?.kind === 'directory' ? dearest(at ?? '', node, known) : known.explain(at ?? '')
  if (cost === 'none' && settings.has(file)) return answer('settings', readAgain)
  return {file: name, how: cost, ...why, kind: node?.kind === 'directory' ? 'directory' : 'file'}
}

const nodeAt = (tree: SourceDirectory, at: string): SourceNode | undefined =>
  at
    .split('/')
    .filter(Boolean)
    .reduce<SourceNode | undefined>(
      (node, name) => (node?.kind === 'directory' ? node.children.get(name) : undefined),
      tree,
    )

/** As many files of a directory are looked at: each costs a reading of the Dockerfile. */
const mostFiles = 60

const ranks = {none: 0, delta: 1, full: 2} as const

/** What the dearest of the files in a directory costs. */
const dearest = (at: string, directory: SourceDirectory, {explain}: Known): Explanation => {
  const files = [...filesIn(directory, at)]
  const every = Math.max(1, Math.ceil(files.length / mostFiles))
  const sampled = files.filter((_, index) => index % every === 0).map(explain)
  const [first = explain(at)] = sampled.toSorted((a, b) => ranks[b.cost] - ranks[a.cost])
  const cheaper = sampled.filter(({cost}) => cost !== first.cost).length
  return cheaper === 0 ? first : {...first, reason: `${first.reason} (some files in it cost less)`}
}

function* filesIn(directory: SourceDirectory, at: string): Generator<string> {
  for (const [name, node] of directory.children) {
    const below = at === '' ? name : `${at}/${name}`
    if (node.kind === 'directory') yield* filesIn(node, below)
    else yield below
  }
}
