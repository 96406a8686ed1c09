import type {Finding} from './finding.ts'

export type Paint = (style: 'red' | 'yellow' | 'green' | 'dim', text: string) => string

const order = ['problem', 'note', 'ok'] as const
const colours = {problem: 'red', note: 'yellow', ok: 'green'} as const

export interface Summary {
  problems: number
  notes: number
}

export const summaryOf = (findings: readonly Finding[]): Summary => ({
  problems: findings.filter(({level}) => level === 'problem').length,
  notes: findings.filter(({level}) => level === 'note').length,
})

/** Findings for people: problems first, what is well last, each remedy under its finding. */
export const reportText = (findings: readonly Finding[], paint: Paint): string => {
  const width = Math.max(0, ...findings.map(({check}) => check.length))
  const groups = order
    .map((level) => findings.filter((finding) => finding.level === level))
    .filter(({length}) => length > 0)
  const text = groups.map((group) => group.map((finding) => findingText(finding, width, paint)).join('\n')).join('\n\n')
  return `${text}\n\n${closing(summaryOf(findings))}`
}

const findingText = (
  {level, check, message, code, output = [], remedy}: Finding,
  width: number,
  paint: Paint,
): string => {
  const head = `${paint(colours[level], level.padEnd('problem'.length))}  ${check.padEnd(width)}  ${message}${code === undefined ? '' : ` (${code})`}`
  const below = [...output.map((line) => paint('dim', `  ${line}`)), ...(remedy?.split('\n') ?? [])]
  return [head, ...below.map((line) => `${' '.repeat('problem'.length + 2)}${line}`)].join('\n')
}

const closing = ({problems, notes}: Summary): string => {
  if (problems === 0 && notes === 0) return 'All is well.'
  const noted = notes === 0 ? '' : ` and ${counted(notes, 'note')}`
  return problems === 0
    ? `Nothing keeps imm from working; ${counted(notes, 'note')}.`
    : `${counted(problems, 'problem')}${noted}.`
}

const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`
