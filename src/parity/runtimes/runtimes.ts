import type {Gap, Runtime} from '../facts.ts'
import type {Reduction} from '../image/reduction.ts'
import {gapOf, type Unreadable} from '../reduced/gap.ts'
import {isProblem} from '../reduced/problem.ts'
import type {Holder, Language} from './found.ts'
import {go} from './go/go.ts'
import {java} from './java.ts'
import {node} from './node.ts'
import {python} from './python.ts'
import {ruby} from './ruby.ts'

// Go last: any program may be one, by its name.
const languages: readonly Language[] = [node, python, ruby, java, go]

const languageOf = (path: string): Language | undefined => languages.find(({file}) => file(path) !== undefined)

/** Files that tell of a runtime, to be reduced to that when an image is read. */
export const runtimeFile = (path: string): Reduction | undefined => languageOf(path)?.file(path)

export interface Runtimes {
  runtimes: readonly Runtime[]
  gaps: readonly Gap[]
}

/** The runtimes of an image read with `runtimeFile`, in one order, and what there is but can't be read. */
export const readRuntimes = (image: Holder): Runtimes => {
  const runtimes: Runtime[] = []
  const unreadable: Unreadable[] = []
  for (const {path, kind} of image.tree.all()) {
    const language = kind === 'file' ? languageOf(path) : undefined
    const version = language?.versionAt(image, path)
    if (language === undefined || version === undefined) continue
    if (isProblem(version)) unreadable.push({path, ...version})
    else runtimes.push({name: language.name, version, path})
  }
  return {runtimes: runtimes.toSorted(order), gaps: gapOf('runtimes', unreadable)}
}

export const runtimesIn = (image: Holder): readonly Runtime[] => readRuntimes(image).runtimes

const order = (a: Runtime, b: Runtime): number => {
  const [left, right] = [`${a.name} ${a.path}`, `${b.name} ${b.path}`]
  return left === right ? 0 : left < right ? -1 : 1
}
