import type {SourceDirectory, SourceNode} from '../lifecycle/ports.ts'
import {protectedPath} from './affected.ts'
import {isFull, type Full} from './full.ts'
import {partsOf} from './paths.ts'
import {planDelta} from './plan.ts'
import {reads, relation, type Reader} from './readers.ts'
import {lookUp} from './sources.ts'
import {readTail, type Tail, type TailOptions} from './tail.ts'

/** What a change of one file would cost. */
export interface Explanation {
  /** `none`: the image stays as it is; `delta`: one layer with what changed; `full`: a full build */
  cost: 'none' | 'delta' | 'full'
  /** one plain line, which names the Dockerfile's line where there is one */
  reason: string
  /** of the Dockerfile, from 1 */
  line: number | undefined
  /** how to write the Dockerfile so that it costs less; undefined where nothing can be gained, or what is not known */
  advice: string | undefined
}

/**
 * What a change of that file would cost, why, and what would make it cheap. Needs no engine: what the base image sets is taken to be
 * nothing, which can only matter for destinations, not for who reads the file.
 */
export const explainFile = (text: string, options: TailOptions, tree: SourceDirectory, path: string): Explanation => {
  const parts = partsOf(path)
  const name = parts.join('/')
  const node = lookUp(tree, parts)
  const tail = readTail(text, options, undefined)
  if (isFull(tail)) return {...costly(tail), advice: adviceFor(tail.reason)}
  const own = protectedPath(tail, parts)
  if (own !== undefined) return {...costly(own), advice: undefined}
  if (node === undefined)
    return {cost: 'none', reason: `${name} is not in the build context`, line: undefined, advice: undefined}
  if (!isRead(tail, parts, tree))
    return {cost: 'none', reason: `nothing in ${tail.dockerfile} reads ${name}`, line: undefined, advice: undefined}
  const plan = planDelta(tail, tree, edited(tree, parts))
  if (isFull(plan)) return {...costly(plan), advice: reorder(tail, parts, tree)}
  const copies = tail.steps.findLast(
    (step) => step.kind === 'copy' && step.sources.some((source) => relation(source, parts) === 'inside'),
  )
  const by = copies?.kind === 'copy' ? `${tail.dockerfile}:${copies.line}: ${copies.text}` : tail.dockerfile
  return {
    cost: 'delta',
    reason: `${by} copies ${name}, and nothing runs after it`,
    line: copies?.line,
    advice: undefined,
  }
}

const costly = ({reason, line}: Full): Omit<Explanation, 'advice'> => ({cost: 'full', reason, line})

const adviceFor = (reason: string): string | undefined =>
  /# syntax=/i.test(reason)
    ? 'Take the # syntax line away: what the engine brings understands most Dockerfiles.'
    : undefined

const isRead = (tail: Tail, parts: readonly string[], tree: SourceDirectory): boolean =>
  tail.readers.some((reader) => reads(reader, parts, false, [tree])) ||
  tail.steps.some((step) => step.kind === 'copy' && step.sources.some((source) => relation(source, parts) === 'inside'))

/** The tree with other content, or another mode, at one path. */
const edited = (tree: SourceDirectory, parts: readonly string[]): SourceDirectory => {
  const [name, ...rest] = parts
  const child = name === undefined ? undefined : tree.children.get(name)
  if (name === undefined || child === undefined) return tree
  const next = rest.length > 0 && child.kind === 'directory' ? edited(child, rest) : other(child)
  return {...tree, digest: `${tree.digest} edited`, children: new Map([...tree.children, [name, next]])}
}

const other = (node: SourceNode): SourceNode => {
  if (node.kind === 'file') return {...node, hash: `${node.hash} edited`}
  return node.kind === 'link' ? {...node, target: `${node.target} edited`} : {...node, mode: node.mode ^ 0o002}
}

/** Files that installers read: a change of theirs has to run the installer again. */
const manifests =
  /(?:^|\/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|pnpm-workspace\.yaml|bun\.lockb?|\.npmrc|\.yarnrc(?:\.yml)?|requirements[^/]*\.txt|pyproject\.toml|poetry\.lock|uv\.lock|Pipfile(?:\.lock)?|setup\.(?:py|cfg)|Gemfile(?:\.lock)?|[^/]+\.gemspec|go\.(?:mod|sum)|Cargo\.(?:toml|lock)|composer\.(?:json|lock)|pom\.xml|[^/]+\.gradle(?:\.kts)?)$/

const installers: readonly [RegExp, string][] = [
  [/\b(?:npm|pnpm|yarn|bun)\s+(?:ci|i|install|add)\b|\byarn\s*$/, 'package.json and the lock file'],
  [/\b(?:pip3?|uv|poetry|pipenv)\b.*\b(?:install|sync)\b/, 'the requirements'],
  [/\bbundle\b/, 'Gemfile and Gemfile.lock'],
  [/\bgo\s+mod\s+download\b/, 'go.mod and go.sum'],
  [/\bcargo\s+fetch\b/, 'Cargo.toml and Cargo.lock'],
  [/\bcomposer\s+install\b/, 'composer.json and composer.lock'],
]

const reorder = (tail: Tail, parts: readonly string[], tree: SourceDirectory): string | undefined => {
  const reader = tail.readers.find((each) => reads(each, parts, false, [tree]))
  if (reader === undefined || manifests.test(parts.join('/'))) return undefined
  return reader.reason.line === reader.line ? undefined : adviseOn(reader)
}

const adviseOn = ({line, text, reason}: Reader): string => {
  const run = reason.text.replace(/ could read \{\}$/, '')
  const needed = installers.find(([command]) => command.test(run))?.[1]
  const before = `${text} on line ${line} is read by ${run} on line ${reason.line}: `
  return needed === undefined
    ? `${before}copy only what it needs before it, and the rest after it.`
    : `${before}copy ${needed} alone before it, and the rest after it.`
}
