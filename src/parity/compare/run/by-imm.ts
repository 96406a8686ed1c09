import type {RunSide} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {type Both, difference, rulesOf} from '../difference.ts'

const rule = rulesOf('run')

const byImm = rule(
  'run.by-imm',
  'note',
  'What imm does by itself where it runs something is otherwise on the other side: an init process, no new privileges, starting again.',
  'imm replaces what ends. `init: true`, `security_opt: [no-new-privileges]` and `restart: always` of a Compose file come close to it elsewhere.',
)

export const byImmRules = [byImm]

type Own = NonNullable<RunSide['byImm']>[number]

/** Whether imm decided it on one of the sides, so that its being otherwise says nothing of what somebody wants. */
export const isImms = (what: Own, {a, b}: Both<RunSide>): boolean =>
  [a, b].some((side) => side.byImm?.includes(what) ?? false)

/** One finding for all of it, where the other side is not run by imm. */
export const compareByImm = (sides: Both<RunSide>, names: Both<string>): Finding[] => {
  const told = [
    toldOf('init', sides, {a: sides.a.init ?? false, b: sides.b.init ?? false}, 'an init process'),
    toldOf(
      'no-new-privileges',
      sides,
      {a: sides.a.noNewPrivileges ?? false, b: sides.b.noNewPrivileges ?? false},
      'no-new-privileges',
    ),
    toldOf('restart', sides, {a: isRestarted(sides.a), b: isRestarted(sides.b)}, 'starting again what ended'),
  ].filter((one) => one !== undefined)
  if (told.length === 0) return []
  const has = told[0]?.has === 'a' ? names.a : names.b
  const lacks = has === names.a ? names.b : names.a
  const words = told.filter((one) => one.has === told[0]?.has).map(({words: each}) => each)
  return [
    difference(byImm, {
      subject: 'imm',
      message: `${has} has by imm's own defaults what ${lacks} has not: ${words.join(', ')}`,
    }),
  ]
}

const toldOf = (what: Own, sides: Both<RunSide>, on: Both<boolean>, words: string) => {
  if (!isImms(what, sides) || on.a === on.b) return undefined
  return {has: on.a ? ('a' as const) : ('b' as const), words}
}

const isRestarted = ({restart, byImm: own}: RunSide): boolean =>
  (own?.includes('restart') ?? false) || !['', 'no', undefined].includes(restart)
