import type {Instruction} from 'dockerfile-ast'

import {findStage, stagesOf} from './dockerfile.ts'
import type {Stage} from './dockerfile.ts'

// BuildKit: `[build 2/5] RUN npm ci`, `[linux/arm64 build  2/12] ...`; numbers per stage.
const buildkitStep = /^\[(?:\S+\/\S+ +)?(?:(?<stage>\S+) +| *)(?<index>\d+)\/(?<total>\d+)\] (?<text>[^]*)$/
// Classic: `Step 3/7 : RUN npm ci`; numbers through the file. Buildah: `[1/2] STEP 3/7: RUN npm ci`; numbers per stage.
const classicStep = /^Step (?<index>\d+)\/(?<total>\d+) : (?<text>[^]*)$/
const buildahStep = /^(?:\[(?<stage>\d+)\/\d+\] )?STEP (?<index>\d+)(?:\/(?<total>\d+))?: (?<text>[^]*)$/

/** 1-based line of the instruction that a builder's step names; undefined where that is not sure. */
export const locateInstruction = (dockerfile: string, step: string): number | undefined => {
  const {stages, global} = stagesOf(dockerfile)
  const all = [...global, ...stages.flatMap(({instructions}) => instructions)]
  const classic = classicStep.exec(step)?.groups
  if (classic) return choose(all[Number(classic['index']) - 1], all, classic['text'])
  const buildah = buildahStep.exec(step)?.groups
  if (buildah) {
    const stage = stages[Number(buildah['stage'] ?? 1) - 1]?.instructions ?? all
    return choose(stage[Number(buildah['index']) - 1], stage, buildah['text'])
  }
  const buildkit = buildkitStep.exec(step)?.groups
  if (buildkit) {
    const stage = buildkitStage(stages, buildkit['stage'])
    const counted = stage && countedByBuildkit(stage)
    const exact = counted?.length === Number(buildkit['total']) ? counted[Number(buildkit['index']) - 1] : undefined
    return choose(exact, stage?.instructions ?? all, buildkit['text'])
  }
  return choose(undefined, all, step)
}

// Without a name a step is of the only stage; of several, an unnamed one is called by its position.
const buildkitStage = (stages: readonly Stage[], name: string | undefined): Stage | undefined => {
  if (name === undefined) return stages.length === 1 ? stages[0] : undefined
  const position = /^stage-(\d+)$/.exec(name)?.[1]
  return findStage(stages, name) ?? (position === undefined ? undefined : stages[Number(position)])
}

const numbered = new Set(['ADD', 'COPY', 'RUN', 'WORKDIR'])

// FROM counts where it names an image: another stage, or `scratch`, is nothing to fetch.
const countedByBuildkit = ({parent, base, instructions}: Stage): Instruction[] =>
  instructions.filter((instruction) =>
    instruction.getKeyword() === 'FROM' ? !parent && base !== 'scratch' : numbered.has(instruction.getKeyword()),
  )

/** Line of the instruction that the count says, unless only the text of another one is right: triggers of a base image shift the count. */
const choose = (counted: Instruction | undefined, among: readonly Instruction[], step = ''): number | undefined => {
  const wanted = normalized(step)
  const same = among.filter((instruction) => textOf(instruction) === wanted)
  if (counted && same.includes(counted)) return lineOf(counted)
  const [only, ...others] = same
  if (only && others.length === 0) return lineOf(only)
  // Builders show variables by their values, so the text may be another and the kind must do.
  return counted && counted.getKeyword() === wanted.split(' ', 1)[0]?.toUpperCase() ? lineOf(counted) : undefined
}

const textOf = (instruction: Instruction): string =>
  normalized(`${instruction.getKeyword()} ${instruction.getArgumentsContent() ?? ''}`)

const normalized = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

const lineOf = (instruction: Instruction): number => instruction.getRange().start.line + 1
