import {findStage, stagesOf, type Stage} from '../config/dockerfile.ts'
import {isFull} from '../delta/full.ts'
import {readStages, type TailOptions} from '../delta/stages.ts'

/** What the built stage of a Dockerfile is made of. */
export interface BuiltStage {
  /** image it stands on, `scratch` included; undefined where that is not certain */
  base: string | undefined
  /** instructions without FROM, those of the stages that it stands on included */
  steps: number
}

export const builtStage = (text: string, options: TailOptions): BuiltStage => {
  const stages = readStages(text, options)
  if (!isFull(stages))
    return {
      base: stages.chain[0]?.image ?? 'scratch',
      steps: stages.chain.reduce((sum, {instructions}) => sum + instructions.length, 0),
    }
  const all = stagesOf(text).stages
  const built = (options.target === undefined ? undefined : findStage(all, options.target)) ?? all.at(-1)
  return {base: undefined, steps: stepsOf(built)}
}

const stepsOf = (stage: Stage | undefined): number =>
  stage === undefined ? 0 : stage.instructions.length - 1 + stepsOf(stage.parent)
