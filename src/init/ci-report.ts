import {pipelines} from './ci-systems.ts'
import type {CiInit} from './ci.ts'

/** What `imm init --ci` did, for people. */
export const ciReportText = ({system, file: {name, action, content}, differs, notes}: CiInit): string => {
  const said = {
    written: `wrote ${name}`,
    overwritten: `overwrote ${name}`,
    planned: `would write ${name}`,
    kept: differs
      ? `kept ${name} (it is another one; --force overwrites it)`
      : `kept ${name} (it is as it would be written)`,
  }[action]
  const lines = [
    `A pipeline for ${pipelines[system].title}:`,
    ...(action === 'planned' ? ['', `# ${name}`, content?.trimEnd() ?? '', ''] : []),
    `  ${said}`,
    ...notes.map((note) => `note: ${note}`),
  ]
  return lines.join('\n')
}
