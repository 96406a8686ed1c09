/** A start script as the words of an exec form. */
export interface StartCommand {
  words: readonly string[]
  /** false: it needs a shell, so npm runs it */
  direct: boolean
}

const wordsOnly = /^[\w./@:=,+\s-]+$/

/** Words without a shell where that is possible: a shell or npm in between would get the SIGTERM that is meant for the application. */
export const startCommand = (script: string): StartCommand => {
  if (!wordsOnly.test(script)) return {words: ['npm', 'start'], direct: false}
  const words = script.trim().split(/\s+/)
  // Set in the image already.
  while (words[0] === 'cross-env' || /^(?:NODE_ENV|PORT|HOST)=/.test(words[0] ?? '')) words.shift()
  const [program = ''] = words
  if (program.includes('=') || program === '' || /^(?:npm|pnpm|yarn)$/.test(program))
    return {words: ['npm', 'start'], direct: false}
  return {words: withoutWatching(words), direct: true}
}

/** What a container holds never changes, so there is nothing to watch in it. */
const withoutWatching = (words: readonly string[]): string[] => {
  const rest = words.filter(
    (word, index) => !word.startsWith('--watch') && !(index === 1 && word === 'watch' && words[0] === 'tsx'),
  )
  return rest[0] === 'nodemon' ? ['node', ...rest.slice(1)] : rest
}
