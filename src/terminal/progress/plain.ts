import type {LifecycleEvent} from '../../lifecycle/events.ts'
import type {ReleaseName} from '../../release/identity.ts'
import {safeTexts} from '../safe-text.ts'
import {painter} from '../style.ts'
import {byApp} from './by-app.ts'
import type {Progress, Screen} from './listener.ts'
import {shownLines} from './shown-lines.ts'
import {words, type Words} from './words.ts'

/** Calm lines, for files, CI and whatever is no terminal. */
export const plainProgress = (stream: Screen, verbose: boolean, ofPreview = false): Progress => {
  const paint = painter(stream)
  const colours = paint('red', 'x') !== 'x'
  const say = words(paint, ofPreview)
  const tell = byApp(
    () => narrator(say, verbose, ofPreview),
    (name) => paint('dim', name),
  )
  return {
    logs: true,
    event(event) {
      if (event.type === 'log' && !this.logs) return
      const text = tell(safeTexts(event, colours))
      if (text !== undefined) stream.write(`${text}\n`)
    },
    say(text) {
      stream.write(`${text}\n`)
    },
    async [Symbol.asyncDispose]() {},
  }
}

/** Events to text, with the memory that needs: which release serves, whether the reader knows already that something began, and what its log said. */
export const narrator = (
  say: Words,
  verbose: boolean,
  ofPreview = false,
): ((event: LifecycleEvent) => string | undefined) => {
  let serving: ReleaseName | undefined
  let announced = false
  const shown = shownLines()

  return (event) => {
    switch (event.type) {
      case 'change':
        announced = true
        return say.changed(event)
      case 'unchanged':
        announced = false
        return say.unchanged(event)
      case 'stage':
        if (verbose) return say.stage(event)
        // A first build has no change in front of it, and may take minutes.
        if (event.stage !== 'build' || announced) return undefined
        return say.stage(event)
      case 'step':
        if (!verbose || (event.step.status === 'output' && event.step.output.length === 0)) return undefined
        return say.step(event.release, event.step)
      case 'build':
        return verbose ? say.built(event) : undefined
      case 'gate':
        // Of one that failed the rejection says it all.
        return event.ok || verbose ? say.gate(verbose ? event : {...event, output: []}) : undefined
      case 'job':
        // Its lines were shown as it printed them.
        return event.ok || verbose ? say.job({...event, output: []}) : undefined
      case 'live':
        serving = event.release
        announced = false
        return say.live(event)
      case 'shifted':
        return say.shifted(event)
      case 'mirrored':
        return say.mirrored(event)
      case 'rejected':
        announced = false
        return say.rejected({...event, output: shown.unseen(event.release, event.output)}, serving)
      case 'pinned':
        return say.pinned(event.release)
      case 'superseded':
        return say.superseded(event)
      case 'retired':
        return say.retired(event)
      case 'died':
        if (event.left === 0) serving = undefined
        return say.died({...event, output: shown.unseen(event.release, event.output)})
      case 'guarding':
        // Who brings up a preview waits for the end of it.
        return verbose || ofPreview ? say.guarding(event) : undefined
      case 'guarded':
        return verbose ? say.guarded(event) : undefined
      case 'reverted':
        return say.reverted(event)
      // For the history, and for programs.
      case 'found':
      case 'release':
      case 'revision':
      case 'stopped':
      case 'removed':
        return undefined
      case 'touched':
        return say.touched(event)
      case 'drifted':
        return say.drifted(event)
      case 'log':
        if (event.release !== undefined) shown.add(event.release, event.text)
        return say.log(event)
      case 'service':
        // Its image may take minutes; how far it is, a file need not know.
        if (event.state === 'pulling' && event.totalBytes !== 0 && !verbose) return undefined
        return say.service(event)
      case 'warning':
        return say.warning(event.message)
      case 'engine':
        return say.engine(event.state)
    }
    return event satisfies never
  }
}
