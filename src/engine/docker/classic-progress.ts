import type {BuildStep} from '../../lifecycle/ports.ts'
import type {BuildProgress} from './build-progress.ts'
import {followSteps} from './steps.ts'

// Docker: `Step 2/5 : RUN npm ci`; Podman: `STEP 2/5: RUN npm ci`, with `[1/2] ` in front where there are several stages.
const stepStart = /^(?:\[\d+\/\d+\] )?step (\d+\/\d+) ?: (.*)$/i
// What the builders say about themselves, which is not the step's output.
const bookkeeping =
  /^(?: ---> |--> |Removing intermediate container |Successfully (?:built|tagged) |COMMIT |[0-9a-f]{64}\n?$)/

/** Reads the text of Docker's classic builder and of Podman's, which go one step after the other. */
export const classicProgress = (onStep: (step: BuildStep) => void): BuildProgress => {
  const steps = followSteps(onStep)
  let current = ''
  let count = 0
  let cached = false
  const begin = (name: string) => {
    steps.end(current, cached ? 'cached' : 'done')
    cached = false
    current = String(++count)
    steps.start(current, name)
  }
  return {
    note({stream, aux, error}) {
      if (error !== undefined) steps.end(current, 'failed')
      else if (aux !== undefined) steps.end(current, cached ? 'cached' : 'done')
      else if (stream !== undefined) {
        const [, position, instruction] = stepStart.exec(stream.trimEnd()) ?? []
        if (position && instruction) begin(`[${position}] ${instruction}`)
        else if (bookkeeping.test(stream)) cached ||= stream.includes('Using cache')
        else if (stream !== '\n') steps.output(current, Buffer.from(stream))
      }
    },
    failed: () => steps.get(current),
  }
}
