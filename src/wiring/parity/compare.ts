import {loadParitySettings} from '../../config/parity.ts'
import {ImmError} from '../../errors.ts'
import type {BuildStep} from '../../lifecycle/ports.ts'
import {compareSides} from '../../parity/compare/compare.ts'
import type {SideFacts} from '../../parity/facts.ts'
import {applyPolicy} from '../../parity/policy/apply.ts'
import {isAskedFor} from '../../parity/policy/severity.ts'
import {unknownRules} from '../../parity/policy/unknown-rules.ts'
import {ruleCatalogue} from '../../parity/report/catalogue.ts'
import type {ParityReport} from '../../parity/report/finding.ts'
import {isIncomplete, scoped} from '../../parity/report/scope.ts'
import {summaryOf} from '../../parity/report/summary.ts'
import {statePaths} from '../../state/paths.ts'
import {behaviourOf, type ReplayOptions} from './behaviour.ts'
import {openBoth} from './open-both.ts'

export interface CompareOptions {
  /** as on the command line; undefined: the working tree */
  a: string | undefined
  /** undefined: `parity.against` of imm.yaml */
  b: string | undefined
  /** without a first side, what runs in the environment main is compared, and nothing is built */
  build: boolean
  /** areas; none: all */
  only: readonly string[]
  /** what is to be sent to both; undefined: nothing */
  replay: ReplayOptions | undefined
  /** public key that lock files have to be signed by; undefined: signatures are not checked */
  keyFile?: string | undefined
  /** where imm.yaml is, and files are meant from; absolute */
  cwd: string
  onStep: (step: BuildStep) => void
  onRead: (what: string, bytes: number) => void
  onWarning: (message: string) => void
}

export interface Compared {
  report: ParityReport
  /** something was to be compared and could not be */
  incomplete: boolean
}

/** Two sides, compared by the project's policy. Nothing of them is started. */
export const compare = async (options: CompareOptions, signal: AbortSignal): Promise<Compared> => {
  const {only, keyFile, cwd, onStep, onRead, onWarning} = options
  const settings = await loadParitySettings(cwd, signal)
  for (const warning of unknownRules(settings, ruleCatalogue)) onWarning(warning)
  const names = sidesOf(options, settings.against)
  // Nobody is to think that something was checked.
  if (keyFile !== undefined && !names.some((name) => name.startsWith('lock:')))
    throw new ImmError('USAGE', '--key is the key of a lock file, and neither side is one', {
      next: 'Leave it out, or name a lock file: `imm parity . lock:staging.lock --key lock.pub`.',
    })
  const context = {cwd, paths: statePaths(), lockKey: keyFile, onStep, onRead, onWarning}
  const behaviour =
    options.replay && (only.length === 0 || only.includes('behaviour'))
      ? await behaviourOf(names, options.replay, settings.replay, context, signal)
      : undefined
  const isBehaviourAlone = behaviour !== undefined && only.every((area) => area === 'behaviour') && only.length > 0
  const [first, second] = isBehaviourAlone
    ? ([unread(names[0]), unread(names[1])] as const)
    : await openBoth(names, context, signal)
  const [a, b] = [named(first), named(second)]
  const found = compareSides(a, b, {asked: ({id}) => isAskedFor(id, settings.rules)})
  const report: ParityReport = {
    command: 'parity',
    a: told(a),
    b: told(b),
    findings: [...found.findings, ...(behaviour?.findings ?? [])],
    compared: [...found.compared, ...(behaviour && behaviour.uncompared.length === 0 ? ['behaviour'] : [])],
    uncompared: [...found.uncompared, ...(behaviour?.uncompared ?? [])],
  }
  const ofAreas = scoped(report, only, ruleCatalogue)
  return {
    report: applyPolicy(ofAreas, {settings, rules: ruleCatalogue, now: new Date()}),
    incomplete: isIncomplete(ofAreas, only, [a, b]) || (behaviour?.uncompared.length ?? 0) > 0,
  }
}

/** Only its answers are asked for. */
const unread = (name: string): SideFacts => ({name, gaps: []})

/** A dot says nothing in a sentence. */
const named = (side: SideFacts): SideFacts => (side.name === '.' ? {...side, name: workingTree} : side)

const workingTree = 'the working tree'

const told = (side: SideFacts): ParityReport['a'] => ({name: side.name, summary: summaryOf(side)})

/** As they are called in the report. */
export const sidesOf = (
  {a, b, build}: Pick<CompareOptions, 'a' | 'b' | 'build'>,
  against: string | undefined,
): readonly [string, string] => {
  const first = a ?? (build ? '.' : 'env:main')
  const second = b ?? against
  if (second !== undefined) return [first, second]
  throw new ImmError('USAGE', `there is nothing to compare ${first} with`, {
    next:
      a === undefined
        ? 'Name two sides, or set `parity.against` in imm.yaml: `imm parity . image:shop:1`.'
        : `Name the second one, or set \`parity.against\` in imm.yaml. \`imm parity . ${a}\` compares the working tree with it.`,
  })
}
