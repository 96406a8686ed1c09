import type {Dependency, Gap} from '../facts.ts'
import type {ImageFacts} from '../image/image.ts'
import type {Reduction} from '../image/reduction.ts'
import {gapOf, type Unreadable} from '../reduced/gap.ts'
import {isProblem} from '../reduced/problem.ts'
import {valueAt} from '../reduced/value.ts'
import {gathering} from './gathered.ts'
import {go} from './go/go.ts'
import {java} from './java/java.ts'
import {npm} from './npm/npm.ts'
import {python} from './python/python.ts'
import {ruby} from './ruby/ruby.ts'
import type {Named, Source, SourceOf} from './source.ts'

type Holder = Pick<ImageFacts, 'tree' | 'content'>

// Go last: any program may be one, by its name.
const languages: readonly SourceOf[] = [npm, python, ruby, java, go]

const sourceOf: SourceOf = (path) => {
  for (const language of languages) {
    const source = language(path)
    if (source !== undefined) return source
  }
  return undefined
}

/** Files that tell of dependencies, to be reduced to those when an image is read. */
export const dependencyFile = (path: string): Reduction | undefined => sourceOf(path)?.reduction

export interface Dependencies {
  dependencies: readonly Dependency[]
  gaps: readonly Gap[]
}

/** An image with more is not compared by them. */
const mostDependencies = 500_000

const longest = 256

/** The dependencies of an image read with `dependencyFile`, each once and in one order, and the files that can't be read. */
export const readDependencies = (image: Holder): Dependencies => {
  const found = gathering(mostDependencies)
  const unreadable: Unreadable[] = []
  for (const {path, kind} of image.tree.all()) {
    const source = kind === 'file' ? sourceOf(path) : undefined
    if (source === undefined || isBetter(image, source.unless)) continue
    const value = source.reduction === undefined ? undefined : valueAt(image, path)
    if (source.reduction !== undefined && value === undefined) continue
    if (isProblem(value)) unreadable.push({path, problem: value.problem})
    else if (found.isFull()) unreadable.push({path, problem: `there are more than ${mostDependencies}`})
    else {
      const named = namesOf(source, value)
      const {ecosystem, scope, source: by} = source
      for (const each of named)
        if (isName(each)) found.add({ecosystem, name: each[0], version: each[1], scope, source: by})
      if (!named.every(isName)) unreadable.push({path, problem: 'it names something by what is no name or version'})
    }
  }
  return {dependencies: found.all(), gaps: gapOf('dependencies', unreadable)}
}

export const dependenciesIn = (image: Holder): readonly Dependency[] => readDependencies(image).dependencies

const isBetter = (image: Holder, path: string | undefined): boolean =>
  path !== undefined && image.tree.get(path)?.kind === 'file'

const namesOf = ({read}: Source, value: unknown): readonly Named[] =>
  read === undefined ? (value as readonly Named[]) : read(value)

/** What no registry has is a file's attempt to look like something else in a report. */
const isName = (named: Named): boolean =>
  named.every((each) => each.length > 0 && each.length <= longest && !/[\s\p{C}]/u.test(each))
