import {demandDockerfile, forcedBy} from './dockerfile.ts'
import type {IgnoreRules} from './ignore.ts'
import {readIgnoreRules} from './ignore.ts'
import type {DirectoryNode} from './node.ts'
import type {Place} from './place.ts'
import {refresh} from './refresh.ts'
import {pace, run} from './steps.ts'
import {emptyTree, find} from './tree.ts'
import type {Walk} from './walk.ts'
import {directoryAt} from './walk.ts'

/** What would enter the image, as of the last look. */
export interface Contents {
  root: DirectoryNode
  rules: IgnoreRules
  forced: ReadonlySet<string>
}

/** What may have changed since, relative to the context; directories with all they hold. */
export interface Dirt {
  everything: boolean
  paths: ReadonlySet<string>
}

/** The contents of one place, kept in memory. */
export interface Keeper {
  now(): Contents | undefined
  /** Looks at what may have changed. One call at a time. What rejects leaves everything as it was. */
  update(dirt: Dirt, signal: AbortSignal): Promise<Contents>
  /** The content of a file is not what was read, whatever its stat says. */
  doubt(file: string): void
}

/** From here on, one walk costs less than so many ways to single files. */
const manyPaths = 1000

export const keeperOf = (place: Place): Keeper => {
  let contents: Contents | undefined
  // Read too soon after they were written, or found to be others: to be read again.
  const doubted = new Set<string>()

  const look = async (dirt: Dirt, rules: IgnoreRules, signal: AbortSignal): Promise<Contents> => {
    const forced = forcedBy(place)
    const walk: Walk = {place, rules, forced, doubted, read: new Map(), linked: false, pace: pace(), signal}
    const before = contents
    const isPart =
      before !== undefined &&
      !dirt.everything &&
      dirt.paths.size + doubted.size < manyPaths &&
      rules.digest === before.rules.digest &&
      sameSet(forced, before.forced)
    const whole = () => run(directoryAt(walk, '', emptyTree, before?.root), walk.pace, signal)
    let root = isPart
      ? await run(refresh(walk, before.root, new Set([...dirt.paths, ...doubted, ...forced])), walk.pace, signal)
      : await whole()
    if (isPart && walk.linked) root = await whole()
    demandDockerfile(place, root, forced)
    for (const [file, isProved] of walk.read) {
      if (isProved) doubted.delete(file)
      else doubted.add(file)
    }
    for (const file of doubted) if (find(root, file)?.kind !== 'file') doubted.delete(file)
    return {root, rules, forced}
  }

  return {
    now: () => contents,
    update: async (dirt, signal) => {
      const rules = await readIgnoreRules(place, 'refuse', signal, contents?.rules)
      contents = await look(dirt, rules, signal)
      return contents
    },
    doubt: (file) => void doubted.add(file),
  }
}

const sameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => a.size === b.size && a.isSubsetOf(b)
