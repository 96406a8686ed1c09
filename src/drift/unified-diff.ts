import {editsOf, type Edit} from './edits.ts'

const context = 3

/** The difference of two texts as `diff -u` writes it; empty where there is none. */
export const unifiedDiff = (before: string, after: string, names: {before: string; after: string}): string => {
  if (before === after) return ''
  const edits = editsOf(linesOf(before), linesOf(after))
  return [`--- ${names.before}`, `+++ ${names.after}`, ...hunks(edits)].join('\n')
}

/** Each with its line break, so that a missing one at the end is a difference. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

const hunks = (edits: readonly Edit[]): string[] => {
  const near = edits.map((_, index) =>
    edits.slice(Math.max(0, index - context), index + context + 1).some(({sign}) => sign !== ' '),
  )
  const lines: string[] = []
  let at = {before: 1, after: 1}
  for (let index = 0; index < edits.length;) {
    if (!near[index]) {
      at = step(at, edits[index])
      index += 1
      continue
    }
    const end = near.indexOf(false, index)
    const hunk = edits.slice(index, end === -1 ? edits.length : end)
    const [removed, added] = ['+', '-'].map((other) => hunk.filter(({sign}) => sign !== other).length)
    lines.push(`@@ -${range(at.before, removed)} +${range(at.after, added)} @@`, ...hunk.flatMap(shown))
    for (const edit of hunk) at = step(at, edit)
    index += hunk.length
  }
  return lines
}

const range = (start: number, count = 0): string => `${count === 0 ? start - 1 : start},${count}`

const step = (at: {before: number; after: number}, edit: Edit | undefined) => ({
  before: at.before + (edit?.sign === '+' ? 0 : 1),
  after: at.after + (edit?.sign === '-' ? 0 : 1),
})

const shown = ({sign, line}: Edit): string[] =>
  line.endsWith('\n') ? [sign + line.slice(0, -1)] : [sign + line, '\\ No newline at end of file']
