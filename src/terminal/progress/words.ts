import type {LifecycleEvent, Stage, Timings} from '../../lifecycle/events.ts'
import type {BuildStep} from '../../lifecycle/ports.ts'
import type {ReleaseName} from '../../release/identity.ts'
import {counted, duration, percent} from '../formats.ts'
import type {Paint} from '../style.ts'
import {releaseStyle} from './palette.ts'
import {serviceWords} from './service-words.ts'

type Of<T extends LifecycleEvent['type']> = Extract<LifecycleEvent, {type: T}>

/** The words for people, the same on a terminal and in a file. Each answers: what happened, and what does it mean for the traffic? */
export interface Words {
  changed(event: Of<'change'>): string
  unchanged(event: Of<'unchanged'>): string
  stage(event: Of<'stage'>): string
  gate(event: Of<'gate'>): string
  job(event: Of<'job'>): string
  step(release: ReleaseName, step: BuildStep): string
  built(event: Of<'build'>): string
  live(event: Of<'live'>): string
  shifted(event: Of<'shifted'>): string
  mirrored(event: Of<'mirrored'>): string
  rejected(event: Of<'rejected'>, serving: ReleaseName | undefined): string
  pinned(release: ReleaseName): string
  superseded(event: Of<'superseded'>): string
  retired(event: Of<'retired'>): string
  died(event: Of<'died'>): string
  guarding(event: Of<'guarding'>): string
  guarded(event: Of<'guarded'>): string
  reverted(event: Of<'reverted'>): string
  touched(event: Of<'touched'>): string
  drifted(event: Of<'drifted'>): string
  log(event: Of<'log'>): string
  service(event: Of<'service'>): string
  warning(message: string): string
  engine(state: 'lost' | 'back'): string
}

const listed = 3

/** Stages as what imm is doing. */
export const doing: Record<Stage, string> = {
  snapshot: 'reading the source',
  build: 'building',
  jobs: 'running its jobs',
  launch: 'starting its container',
  verify: 'waiting until it is healthy',
  shift: 'taking over',
  flip: 'getting the traffic',
  drain: 'finishing its requests',
  retire: 'retiring',
}

/** What goes on in a stage: a check or a job that runs, or else what the stage is. */
export const doingNow = ({stage, gate, job}: Pick<Of<'stage'>, 'stage' | 'gate' | 'job'>): string =>
  gate === undefined ? (job === undefined ? doing[stage] : `running: ${job}`) : `checking: ${gate}`

/** Nothing is left to hold requests for a preview of which no release is live: its route is closed again. */
export const words = (paint: Paint, ofPreview = false): Words => {
  const unserved = ofPreview ? 'its address stays closed' : 'requests wait for one'
  // Who ends `imm dev` ends what it runs.
  const stays = ofPreview ? '; Ctrl-C leaves it serving' : ''
  const name = (release: ReleaseName) => paint(releaseStyle(release), release)
  const output = (lines: readonly string[]) => lines.map((line) => `  ${paint('dim', '|')} ${line}`)
  return {
    changed({files, count}) {
      const shown = files.slice(0, listed)
      const more = count > shown.length ? ` and ${count - shown.length} more` : ''
      return paint('dim', `changed: ${shown.join(', ')}${more}`)
    },
    unchanged({release, state, settings}) {
      const meaning = {
        live: 'which is live',
        rejected: 'which was rejected',
        reverted: 'which was reverted',
        previous: 'which was rolled back',
      }[state]
      if (settings) return `settings taken up; the content is still that of ${name(release)}, ${meaning}`
      return paint('dim', `same content as ${release}, ${meaning}: nothing to do`)
    },
    stage: (event) => `${name(event.release)} ${paint('dim', doingNow(event))}`,
    gate({release, name: gate, ok, ms, reason, output: lines}) {
      const how = ok ? `passed in ${duration(ms)}` : `failed after ${duration(ms)}: ${reason ?? ''}`
      return [`${name(release)} ${paint('dim', `check "${gate}" ${how}`)}`, ...output(lines)].join('\n')
    },
    job({release, name: job, ok, ms, reason, output: lines}) {
      const how = ok ? `done in ${duration(ms)}` : `failed after ${duration(ms)}: ${reason ?? ''}`
      return [`${name(release)} ${paint('dim', `job "${job}" ${how}`)}`, ...output(lines)].join('\n')
    },
    step(release, {name: step, status, output: lines}) {
      const head = status === 'output' ? [] : [`${name(release)} ${paint('dim', `${step} ${status}`)}`]
      return [...head, ...output(lines)].join('\n')
    },
    built({release, how, ms, why}) {
      const reason = why === undefined ? ', in full' : `, in full: ${why}`
      const meaning = {full: reason, delta: ', one layer on the last full image', cached: ', the image was there'}[how]
      return `${name(release)} ${paint('dim', `built in ${duration(ms)}${meaning}`)}`
    },
    live({release, previous, cause, timings, url}) {
      const again = paint('green', `live again in ${duration(timings.total)}`)
      const how = {
        change: `${paint('green', `live in ${duration(timings.total)}`)} ${paint('dim', `(${stages(timings)})`)}`,
        rollback: `${again}${previous === undefined ? '' : `, rolled back from ${name(previous)}`}`,
        revert: `${again}${previous === undefined ? '' : `, in place of ${name(previous)}`}`,
        replace: `${again}, in a new container`,
        adopted: `${paint('green', 'live')}, found running`,
      }[cause]
      return [name(release), how, ...(url === '' ? [] : [url])].join(' ')
    },
    shifted({release, weight, step, of, leastMs}) {
      const time = leastMs === undefined ? '' : `, ${duration(leastMs)} at least`
      const which = of === undefined ? '' : ` ${paint('dim', `(step ${step} of ${of}${time})`)}`
      return `${name(release)} has ${percent(weight)} of the clients${which}`
    },
    mirrored({release, requests, differing, examples}) {
      const copies = `${requests} ${requests === 1 ? 'answer' : 'answers'}`
      if (differing === 0)
        return `${name(release)} ${paint('dim', `answers as the live release does: ${copies} compared`)}`
      const shown = examples.map(
        ({method, path, live, candidate}) => `${method} ${path}: ${candidate} instead of ${live}`,
      )
      return [
        `${name(release)} ${paint('yellow', `answers otherwise: ${differing} of ${copies} differ`)}`,
        ...output(shown),
      ].join('\n')
    },
    rejected({release, stage, message, output: lines, next}, serving) {
      const head =
        release === undefined ? paint('red', 'rejected:') : `${name(release)} ${paint('red', `rejected in ${stage}:`)}`
      return [
        `${head} ${message}`,
        ...output(lines),
        serving === undefined ? `  no release is live: ${unserved}` : `  ${name(serving)} keeps serving`,
        `  next: ${next}`,
      ].join('\n')
    },
    pinned: (release) =>
      `pinned to ${name(release)} by a rollback: the next save releases as usual; \`imm unpin\` releases what is in the working tree now`,
    superseded: ({release, stage}) =>
      `${name(release)} ${paint('dim', `superseded in ${stage}: something newer came`)}`,
    retired({release, drainMs, cut, warm, stopped}) {
      const fate = warm ? 'kept paused for rollback' : stopped ? 'stopped' : 'removed'
      const lost = cut === 0 ? '' : `, ${cut} ${cut === 1 ? 'connection' : 'connections'} still open then and cut`
      return `${name(release)} ${paint('dim', `drained in ${duration(drainMs)}${lost}, ${fate}`)}`
    },
    died({release, cause, exitCode, outOfMemory, left, worker, givenUp, output: lines}) {
      const code = exitCode === undefined ? 'no exit code' : `exit code ${exitCode}`
      const why = cause === 'unhealthy' ? 'its HEALTHCHECK failed' : outOfMemory ? 'out of memory' : code
      const does = worker ? 'work' : 'serve'
      const nobody = worker ? 'its work waits' : 'requests wait'
      const meanwhile =
        left === 0 ? nobody : left === 1 ? `its other replica ${does}s` : `its other ${left} replicas ${does}`
      const back = worker ? 'the release before takes its place again' : 'the release before gets the traffic again'
      const next = givenUp ? back : 'imm starts it again'
      return [`${name(release)} ${paint('red', `died (${why})`)}: ${meanwhile} while ${next}`, ...output(lines)].join(
        '\n',
      )
    },
    guarding: ({release, before, windowMs}) =>
      `${name(release)} ${paint('dim', `is watched for ${duration(windowMs)}: where it does worse than ${before}, that gets the traffic back${stays}`)}`,
    guarded({release, verdict, requests}) {
      if (verdict === 'ok' && requests === 0) return `${name(release)} ${paint('dim', 'keeps its place: it stayed up')}`
      const seen = `${requests} ${requests === 1 ? 'request' : 'requests'}`
      const found = verdict === 'ok' ? `no worse than the release before in ${seen}` : `only ${seen}, too few to tell`
      return `${name(release)} ${paint('dim', `keeps the traffic: ${found}`)}`
    },
    reverted: ({release, to, evidence}) =>
      [
        `${name(release)} ${paint('red', 'reverted:')} ${evidence.map(({words: why}) => why).join('; ')}`,
        `  ${name(to)} has the traffic again`,
        '  next: correct it and save, or press r to release the same once more',
      ].join('\n'),
    touched: ({release, by, command}) =>
      `${name(release)} ${paint('yellow', 'touched')} by imm exec (${command}), ${by}`,
    drifted: ({release, count, differences, next}) =>
      [
        `${name(release)} ${paint('yellow', 'drifted')} from its image, and is replaced: ${counted(count, 'difference')}`,
        ...output(differences),
        `  next: ${next}`,
      ].join('\n'),
    log({release, service = '', text}) {
      const head = release === undefined ? paint('cyan', `${service} |`) : paint(releaseStyle(release), `${release} |`)
      return `${head} ${text}`
    },
    service: (event) => serviceWords(event, paint),
    warning: (message) => `${paint('yellow', 'warning:')} ${message}`,
    engine: (state) =>
      state === 'lost'
        ? `${paint('yellow', 'the engine went away:')} imm waits and goes on when it is back`
        : 'the engine is back',
  }
}

const shownStages = ['build', 'jobs', 'launch', 'verify', 'shift', 'flip'] as const

/** Bare numbers where the whole is told in ms as well; else each with its unit. */
const stages = (timings: Timings): string =>
  shownStages
    .flatMap((stage) => {
      const ms = timings[stage] ?? 0
      // Most releases take no time there.
      if ((stage === 'shift' || stage === 'jobs') && ms === 0) return []
      return [`${stage} ${timings.total < 999.5 ? Math.round(ms) : duration(ms)}`]
    })
    .join(', ')
