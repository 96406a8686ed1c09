import type {Entry} from '../ledger/entry.ts'
import {counted, duration, percent} from './formats.ts'
import {serviceText} from './service-text.ts'

/** One entry in words, without its release; lines of output follow in lines of their own. */
export const entryText = (entry: Entry): string => {
  switch (entry.type) {
    case 'found':
      return entry.live === undefined && entry.warm.length === 0
        ? 'imm began, and found nothing running'
        : `imm began, and found ${[...(entry.live ? [`${entry.live} live`] : []), ...entry.warm.map((each) => `${each} warm`)].join(', ')}`
    case 'change':
      return `changed ${filesText(entry)}`
    case 'unchanged':
      return `${entry.settings ? 'other settings were taken up for the same content' : 'the same content was saved again'}: it is ${entry.state}`
    case 'release':
      return 'begun'
    case 'revision':
      return revisionText(entry)
    case 'build':
      return `built ${entry.how === 'cached' ? 'before' : `in ${duration(entry.ms)}, ${entry.how}`}${entry.why === undefined ? '' : `: ${entry.why}`}`
    case 'gate':
      return withOutput(
        entry.ok
          ? `check "${entry.name}" passed in ${duration(entry.ms)}`
          : `check "${entry.name}" failed after ${duration(entry.ms)}: ${entry.reason ?? ''}`,
        entry.output,
      )
    case 'job':
      return withOutput(
        entry.ok
          ? `job "${entry.name}" done in ${duration(entry.ms)}`
          : `job "${entry.name}" failed after ${duration(entry.ms)}: ${entry.reason ?? ''}`,
        entry.output,
      )
    case 'live':
      return liveText(entry)
    case 'rejected':
      return withOutput(`rejected in ${entry.stage} (${entry.code}): ${entry.message}`, entry.output)
    case 'shifted':
      return `had ${percent(entry.weight)} of the clients${entry.of === undefined ? '' : ` (step ${entry.step} of ${entry.of})`}`
    case 'mirrored':
      return `answered copies of ${counted(entry.requests, 'request')} before its first client: ${entry.differing === 0 ? 'as the live release did' : `${entry.differing} otherwise than the live release`}`
    case 'superseded':
      return `superseded in ${entry.stage} by something newer`
    case 'retired':
      return `drained in ${duration(entry.drainMs)}${entry.cut === 0 ? '' : `, ${counted(entry.cut, 'connection')} cut`}, ${entry.warm ? 'kept warm' : entry.stopped ? 'stopped' : 'removed'}`
    case 'died':
      return withOutput(
        entry.cause === 'unhealthy'
          ? 'died: its HEALTHCHECK failed'
          : entry.outOfMemory
            ? 'died: out of memory'
            : `died with exit code ${entry.exitCode ?? 'unknown'}`,
        entry.output,
      )
    case 'guarded':
      if (entry.verdict === 'ok' && entry.requests === 0) return 'kept its place: it stayed up'
      return entry.verdict === 'ok'
        ? `kept the traffic: no worse than the release before in ${counted(entry.requests, 'request')}`
        : `kept the traffic: ${counted(entry.requests, 'request')} were too few to tell`
    case 'reverted':
      return `reverted to ${entry.to}: ${entry.evidence.map(({words}) => words).join('; ')}`
    case 'pinned':
      return 'the environment was pinned to it by a rollback'
    case 'stopped':
      return 'its container was stopped'
    case 'touched':
      return `touched by imm exec (${entry.command}), ${entry.by}`
    case 'drifted':
      return withOutput(`drifted from its image: ${counted(entry.count, 'difference')}`, entry.differences)
    case 'service':
      return serviceText(entry)
    case 'removed':
      return `its ${entry.what} was removed`
    case 'down':
      return `taken down: ${counted(entry.containers, 'container')}, ${counted(entry.images, 'image')} and ${counted(entry.volumes, 'volume')} removed`
    case 'repaired':
      return `the history was repaired: ${counted(entry.bytes, 'byte')} of a torn line were taken out`
    case 'lost':
      return `${entry.count} ${entry.count === 1 ? 'entry' : 'entries'} could not be written here`
    default:
      entry satisfies never
      return unknownText(entry)
  }
}

/** An entry that a newer imm wrote. */
const unknownText = (entry: Entry): string => {
  const {seq: _seq, prev: _prev, hash: _hash, time: _time, who: _who, type, ...rest} = entry
  return `${type} ${JSON.stringify(rest)}`
}

const liveText = ({cause, previous, timings}: Extract<Entry, {type: 'live'}>): string => {
  const from = previous === undefined ? '' : `, from ${previous}`
  const how = {
    change: `live in ${duration(timings.total)}${from}`,
    revert: `live again in ${duration(timings.total)}, given the traffic back${from}`,
    rollback: `live again by a rollback in ${duration(timings.total)}${from}`,
    replace: `live again in a new container after ${duration(timings.total)}`,
    adopted: 'live, found running',
  }
  return how[cause] ?? `live (${cause})${from}`
}

export const revisionText = ({commit, branch, dirty}: {commit: string; branch: string | undefined; dirty: boolean}) =>
  `commit ${commit.slice(0, 12)}${branch === undefined ? '' : ` on ${branch}`}${dirty ? ', and changes that are in no commit' : ''}`

export const filesText = ({files, count}: {files: readonly string[]; count: number}): string => {
  const more = count - files.length
  return `${files.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

export const withOutput = (head: string, output: readonly string[]): string =>
  [head, ...output.map((line) => `    | ${line}`)].join('\n')
