import type {SourceDirectory} from '../lifecycle/ports.ts'
import {ancestorsOf} from './paths.ts'
import {someFile} from './sources.ts'
import type {Tail} from './tail.ts'
import {isPattern} from './view.ts'

/**
 * What must hold in the anchor so that no step of the tail writes through a link to where another writes. Always the same for one tail
 * and anchor.
 */
export const questionsOf = (
  {steps}: Tail,
  trees: readonly SourceDirectory[],
): {directories: string[]; solid: string[]} => {
  const directories: string[] = []
  const solid: string[] = []
  for (const step of steps) {
    const {dest} = step
    // A pattern's file goes into a directory, or else becomes the destination: then the next would replace it.
    const intoDirectory =
      step.kind === 'copy' &&
      !step.slash &&
      step.sources.some((each) => isPattern(each) && trees.some((tree) => someFile(each, tree)))
    if (steps.length === 1 && !intoDirectory) continue
    directories.push(...ancestorsOf(dest))
    if (dest === '/') continue
    if (step.kind === 'workdir' || step.slash || intoDirectory) directories.push(dest)
    else solid.push(dest)
  }
  return {directories, solid}
}
