import type {LifecycleEvent} from '../../lifecycle/events.ts'
import {soleApp} from '../../release/identity.ts'
import {safeTexts} from '../safe-text.ts'
import {painter} from '../style.ts'
import {drawing, follow, type Attempt} from './attempt.ts'
import {byApp} from './by-app.ts'
import type {Progress, Screen} from './listener.ts'
import {narrator} from './plain.ts'
import {region} from './region.ts'
import {followWatched, watchedLine, type Watched} from './watched.ts'
import {words} from './words.ts'

const spinner = ['-', '\\', '|', '/'] as const
const frameMs = 100

/** What the drawing tells while it lasts; as lasting lines it would be noise. */
const isDrawn = (event: LifecycleEvent): boolean =>
  event.type === 'change' ||
  event.type === 'stage' ||
  event.type === 'step' ||
  event.type === 'build' ||
  event.type === 'gate' ||
  event.type === 'job' ||
  event.type === 'guarding' ||
  (event.type === 'retired' && event.cut === 0)

/**
 * A drawing of the release under way below, lasting lines above it; once live, rejected or superseded, one line stays.
 *
 * Drawn here, not by listr2: its renderer takes over `write` of stdout and stderr while a list is shown, gives the text back at the
 * end with its colours stripped, and ends a list some ticks after the event that ended it, when the next may have begun.
 * Application logs have to appear at once, and releases supersede each other.
 */
export const liveProgress = (screen: Screen, verbose: boolean, ofPreview = false): Progress => {
  const paint = painter(screen)
  const colours = paint('red', 'x') !== 'x'
  const area = region(screen)
  const say = words(paint, ofPreview)
  const tell = byApp(
    () => narrator(say, verbose, ofPreview),
    (name) => paint('dim', name),
  )
  const underWay = new Map<string, Attempt>()
  const watched = new Map<string, Watched>()
  const changes = new Map<string, string>()
  let frame = 0
  let timer: NodeJS.Timeout | undefined

  const named = (app: string, line: string) => (app === soleApp ? line : `${paint('dim', app)} ${line}`)
  const lines = () => {
    const turning = spinner[frame % spinner.length] ?? '-'
    const attempts = [...underWay].flatMap(([app, attempt]) =>
      drawing(attempt, Date.now(), turning, paint).map((line) => named(app, line)),
    )
    const others = [...changes].filter(([app]) => !underWay.has(app))
    const guards = [...watched].map(([app, one]) => named(app, watchedLine(one, Date.now(), turning, paint)))
    return [...attempts, ...guards, ...others.map(([app, changed]) => named(app, `${turning} ${changed}`))]
  }
  const turn = () => {
    frame += 1
    area.draw(lines())
  }
  const draw = () => {
    area.draw(lines())
    if (underWay.size + watched.size + changes.size > 0) timer ??= setInterval(turn, frameMs).unref()
    else {
      clearInterval(timer)
      timer = undefined
    }
  }

  return {
    logs: true,
    event(unsafe) {
      const event = safeTexts(unsafe, colours)
      const shown = event.type === 'log' ? this.logs : verbose || !isDrawn(event)
      const text = shown ? tell(event) : undefined
      const {app} = event
      set(underWay, app, follow(underWay.get(app), event))
      // Who brings up a preview waits for it; in `imm dev` nobody does.
      if (ofPreview) set(watched, app, followWatched(watched.get(app), event))
      if (event.type === 'change') changes.set(app, say.changed(event))
      else if (answersChange.has(event.type)) changes.delete(app)
      // The drawing first: what has ended is gone before its one lasting line appears.
      draw()
      if (text !== undefined) area.write(text)
    },
    say(text) {
      area.write(text)
    },
    async [Symbol.asyncDispose]() {
      underWay.clear()
      watched.clear()
      changes.clear()
      draw()
    },
  }
}

const set = <T>(map: Map<string, T>, key: string, value: T | undefined): void => {
  if (value === undefined) map.delete(key)
  else map.set(key, value)
}

const answersChange = new Set<LifecycleEvent['type']>(['unchanged', 'stage', 'rejected', 'live'])
