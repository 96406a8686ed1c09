import {execa} from 'execa'

import {section} from './section.ts'

const checks = [
  {title: 'format', command: 'oxfmt', args: ['--check'], remedy: 'npm run format'},
  {title: 'lint', command: 'oxlint', args: [], remedy: undefined},
  {title: 'types', command: 'tsc', args: [], remedy: undefined},
] as const

/** Format, lint, types: all of them, so that one look shows all problems. Resolves with the titles of those that failed. */
export const runChecks = async (cancelSignal: AbortSignal): Promise<string[]> => {
  const failed: string[] = []
  for (const {title, command, args, remedy} of checks) {
    const {failed: bad} = await section(title, () =>
      execa(command, args, {preferLocal: true, stdio: ['ignore', 'inherit', 'inherit'], reject: false, cancelSignal}),
    )
    cancelSignal.throwIfAborted()
    if (bad) failed.push(title)
    if (bad && remedy) console.log(`   corrected by: ${remedy}`)
  }
  return failed
}
