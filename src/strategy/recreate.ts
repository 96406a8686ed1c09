import {blueGreen} from './blue-green.ts'
import type {Situation, Step} from './step.ts'

/** Nothing else may run, or be paused with its locks held, when the first replica starts. */
export const recreate = (situation: Situation): Step =>
  situation.alone || situation.candidate > 0 ? blueGreen(situation) : {do: 'clear'}
