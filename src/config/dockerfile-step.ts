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
  if (classic)
    return lineOf(agreeing(all[Number(classic['index']) - 1], classic['text']) ?? byText(all, classic['text']))
  const buildah = buildahStep.exec(step)?.groups
  if (buildah) {
    const stage = stages[Number(buildah['stage'] ?? 1) - 1]?.instructions ?? all
    return lineOf(agreeing(stage[Number(buildah['index']) - 1], buildah['text']) ?? byText(stage, buildah['text']))
  }
  const buildkit = buildkitStep.exec(step)?.groups
  if (buildkit) {
    const stage = buildkitStage(stages, buildkit['stage'])
    const counted = stage && countedByBuildkit(stage)
    const exact = counted?.length === Number(buildkit['total']) ? counted[Number(buildkit['index']) - 1] : undefined
    return lineOf(agreeing(exact, buildkit['text']) ?? byText(stage?.instructions ?? all, buildkit['text']))
  }
  return lineOf(byText(all, step))
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

// A count can be off (ONBUILD triggers of the base image): an instruction of another kind is surely not the one.
const agreeing = (instruction: Instruction | undefined, text: string | undefined): Instruction | undefined =>
  instruction?.getKeyword() === text?.trim().split(/\s/, 1)[0]?.toUpperCase() ? instruction : undefined

const byText = (instructions: readonly Instruction[], text: string | undefined): Instruction | undefined => {
  const wanted = normalized(text ?? '')
  const same = instructions.filter(
    (instruction) => normalized(`${instruction.getKeyword()} ${instruction.getArgumentsContent() ?? ''}`) === wanted,
  )
  return same.length === 1 ? same[0] : undefined
}

const normalized = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

const lineOf = (instruction: Instruction | undefined): number | undefined =>
  instruction && instruction.getRange().start.line + 1
