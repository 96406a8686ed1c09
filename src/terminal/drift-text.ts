import {declarationOf} from '../drift/declare.ts'
import {isFile} from '../drift/difference.ts'
import {wordsOf} from '../drift/words.ts'
import type {ContainerDrift} from '../wiring/drift.ts'
import {age, counted, table} from './formats.ts'
import {safeText} from './safe-text.ts'
import {commandsText} from './touched-text.ts'

const listed = 20

/** What drifted in one container, how to see it and how to declare it. */
export const driftText = ({release, state, differences, touches}: ContainerDrift): string => {
  const head = `${release} (${state})`
  const touched = touches.at(-1)
  const notes = touched
    ? [['touched', `by imm exec (${commandsText(touches)}) ${age(Date.now() - Date.parse(touched.at))}, ${touched.by}`]]
    : []
  if (differences.length === 0)
    return [`${head}: no drift from its image and settings`, rows(notes)].filter(Boolean).join('\n')
  const first = differences.slice(0, listed).map(wordsOf)
  const more = differences.length - first.length
  const lines = [
    ...first.map(({about, text}) => [about, text]),
    ...(more > 0 ? [['', `and ${more} more: imm drift --json lists all`]] : []),
    ...notes,
    ...advice(differences, release, state),
  ]
  return `${head}: ${counted(differences.length, 'difference')}\n${rows(lines)}`
}

const rows = (lines: readonly (readonly string[])[]): string => {
  const [, ...aligned] = table(['', ''], lines).split('\n')
  // File names are the application's choice.
  return aligned.map((line) => safeText(`  ${line}`, false)).join('\n')
}

const advice = (
  differences: ContainerDrift['differences'],
  release: string,
  state: ContainerDrift['state'],
): string[][] => {
  const file = differences.filter(isFile).find(({node}) => node === 'file')
  const declaration = declarationOf(differences)
  return [
    ...(file ? [['see', `imm drift --show ${file.path}${state === 'live' ? '' : ` ${release}`}`]] : []),
    ...(declaration
      ? [['declare', `in imm.yaml ${declaration.tmpfs} (forgotten) or ${declaration.volumes} (kept)`]]
      : []),
  ]
}
