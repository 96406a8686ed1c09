import type {LayerFact, LayerStep} from '../image/facts.ts'
import type {ImageFacts} from '../image/image.ts'
import type {SecretScan} from '../secrets/scan/scan.ts'
import type {Secret} from '../secrets/scan/text.ts'
import {cacheOf} from './cache-places.ts'
import {secretsOfInstruction} from './instruction.ts'
import {sensitiveAs} from './sensitive-places.ts'

/** What lint has to know of an image's layers one by one, as a later layer hides what an earlier one has. Plain data. */
export interface LayerFindings {
  secrets: readonly (LayerFile & Secret)[]
  /** of caches, and of what should be in no image, by their names */
  files: readonly LayerFile[]
  /** of the instructions that made the layers, which a side has without them */
  history: readonly LayerInstruction[]
  /** where the project's Dockerfile has the instruction of each layer, where that is known */
  places?: readonly (Place | undefined)[] | undefined
  /** the image that its FROM names, and where */
  from?: {name: string; place: Place} | undefined
}

export interface LayerInstruction {
  layer: number
  /** `build argument NPM_TOKEN`, `GitHub token` */
  kind: string
  shown: string
}

export interface Place {
  file: string
  line?: number | undefined
}

export interface LayerFile {
  path: string
  size: number
  /** 0 the lowest */
  layer: number
  /** the later layer that deletes or replaces it */
  gone?: number | undefined
}

/** Nothing of an image: of a side that has none, or one from a lock file. */
export const noLayers: LayerFindings = {secrets: [], files: [], history: []}

export const layerFindingsOf = (
  {layers, tree}: Pick<ImageFacts, 'layers' | 'tree'>,
  scan: SecretScan,
): LayerFindings => {
  const files: LayerFile[] = []
  const secrets: (LayerFile & Secret)[] = []
  for (const [layer, {steps}] of layers.entries())
    for (const step of steps) {
      if (step.does !== 'put' || step.fact.kind !== 'file') continue
      const {path, size, sha256} = step.fact
      const found = scan.in(path, sha256)
      if (found.length === 0 && cacheOf(path) === undefined && sensitiveAs(path) === undefined) continue
      const gone = tree.get(path)?.layer === layer ? undefined : goneIn(layers, layer, step.fact)
      const file = {path, size, layer, ...(gone !== undefined && {gone})}
      if (found.length === 0) files.push(file)
      else secrets.push(...found.map((secret) => ({...file, ...secret})))
    }
  return {secrets, files, history: layers.flatMap(historyOf)}
}

const historyOf = ({createdBy}: ImageFacts['layers'][number], layer: number): LayerInstruction[] =>
  createdBy === undefined ? [] : secretsOfInstruction(createdBy).map((secret) => ({layer, ...secret}))

const goneIn = (layers: ImageFacts['layers'], layer: number, {path}: LayerFact): number | undefined => {
  const later = layers.findIndex(({steps}, at) => at > layer && steps.some((step) => hides(step, path)))
  return later === -1 ? undefined : later
}

const hides = (step: LayerStep, path: string): boolean => {
  if (step.does === 'put')
    return step.fact.path === path || (step.fact.kind !== 'directory' && below(path, step.fact.path))
  if (step.does === 'link') return step.path === path
  return (step.does === 'remove' && step.path === path) || below(path, step.path)
}

const below = (path: string, directory: string): boolean => path.startsWith(directory === '/' ? '/' : `${directory}/`)
