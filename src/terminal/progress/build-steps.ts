import type {BuildStep} from '../../lifecycle/ports.ts'
import {duration} from '../formats.ts'
import {safeTexts} from '../safe-text.ts'
import {painter} from '../style.ts'
import type {Screen} from './listener.ts'
import {region} from './region.ts'

/** Shows a build step by step: a line for each that has ended, on a terminal also those that run. Disposing takes these away. */
export interface BuildSteps extends Disposable {
  step(step: BuildStep): void
}

/** `[2/5] RUN npm ci`, `[deps 1/3] FROM node`: what the builder does beside that is for who wants to know more. */
const isInstruction = /^(?:\[(?:\S+ )?\d+\/\d+\]|Step \d+\/\d+)/

const frameMs = 100
const shownSteps = 4

export const buildSteps = (screen: Screen, verbose: boolean): BuildSteps => {
  const paint = painter(screen)
  const colours = paint('red', 'x') !== 'x'
  const running = new Map<string, {sinceMs: number; output: string}>()
  const isLive = screen.isTTY === true && Boolean(screen.columns)
  const area = region(screen)
  const draw = () => {
    if (!isLive) return
    const lines = [...running].slice(-shownSteps).map(([name, {sinceMs, output}]) => {
      const took = duration(Date.now() - sinceMs)
      return paint('dim', `  ${name} (${took})${output === '' ? '' : `  ${output}`}`)
    })
    area.draw(lines)
  }
  const timer = isLive ? setInterval(draw, frameMs).unref() : undefined

  return {
    step(unsafe) {
      if (!verbose && unsafe.status !== 'failed' && !isInstruction.test(unsafe.name)) return
      const {name, status, output} = safeTexts(unsafe, colours)
      const known = running.get(name)
      const begun = known ?? {sinceMs: Date.now(), output: ''}
      const ended = status === 'done' || status === 'cached' || status === 'failed'
      if (ended) running.delete(name)
      else running.set(name, {...begun, output: output.at(-1) ?? begun.output})
      draw()
      if (verbose) for (const line of output) area.write(`  ${paint('dim', '|')} ${line}`)
      const took = status === 'done' ? ` ${paint('dim', `(${duration(Date.now() - begun.sinceMs)})`)}` : ''
      if (ended)
        area.write(`${name}${status === 'done' ? took : ` ${paint(status === 'failed' ? 'red' : 'dim', status)}`}`)
    },
    [Symbol.dispose]() {
      clearInterval(timer)
      running.clear()
      draw()
    },
  }
}
