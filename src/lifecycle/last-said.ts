import type {LogLine} from './ports.ts'

// On a busy machine. Engines copy the two streams apart, and date a line when it is copied.
const uncertainMs = 250

/**
 * The last so many lines that a container printed. Which of two lines of different streams came first is not certain when they are so close
 * together: why a program ended is on stderr, and must not be pushed out by what it printed before on stdout.
 */
export const lastSaid = (lines: readonly LogLine[], count: number): string[] => {
  const endMs = lines.at(-1)?.timeMs ?? 0
  const isCertain = ({timeMs}: LogLine): boolean => timeMs < endMs - uncertainMs
  const certain = lines.filter(isCertain)
  const close = lines.filter((line) => !isCertain(line))
  const ordered = [
    ...certain,
    ...close.filter(({stream}) => stream === 'stdout'),
    ...close.filter(({stream}) => stream === 'stderr'),
  ]
  return ordered.slice(-count).map(({text}) => text)
}
