import path from 'node:path'

import type {InitResult} from './init.ts'

const flavourNames = {node: 'Node.js', python: 'Python', go: 'Go', ruby: 'Ruby', static: 'static'} as const

/** What `imm init` did, for people. `from` is the directory that they are in. */
export const reportText = ({directory, flavour, others, findings, files, notes}: InitResult, from: string): string => {
  const relative = path.relative(from, directory)
  const lines = [
    `A ${flavourNames[flavour]} project:`,
    ...columns(findings.map(({what, value, file}) => [what, value, file === undefined ? '(usual)' : `(${file})`])),
    ...(others.length > 0
      ? [`It could also be ${others.join(' or ')}: \`imm init --flavour ${others[0]} --force\` takes that.`]
      : []),
    ...files.flatMap(({name, action, content}) =>
      action === 'planned' ? ['', `# ${name}`, content?.trimEnd() ?? ''] : [],
    ),
    '',
    ...columns(
      files.map(({name, action}) => [
        actionNames[action],
        name,
        action === 'kept' ? '(was there already; --force overwrites it)' : '',
      ]),
    ),
    ...notes.map((note) => `note: ${note}`),
    '',
    files.every(({action}) => action === 'kept') ? 'Nothing had to be written. Next: ' : 'Next: ',
  ]
  const dev = relative === '' ? 'imm dev' : `cd ${quoted(relative)} && imm dev`
  return lines.join('\n') + dev
}

const actionNames = {written: 'wrote', overwritten: 'overwrote', kept: 'kept', planned: 'would write'} as const

const columns = (rows: readonly (readonly string[])[]): string[] => {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? []
  return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd())
}

const quoted = (word: string): string =>
  /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
