import {StringDecoder} from 'node:string_decoder'
import {stripVTControlCharacters} from 'node:util'

import type {BuildStep} from '../../lifecycle/ports.ts'

/** How many lines of a step's output are kept for its failure. */
const keptLines = 20

export interface FailedStep {
  name: string
  /** its last lines */
  output: readonly string[]
}

/** Follows the steps of one build: tells each change, keeps what a failure will need. Keys are the builder's. */
export interface Steps {
  start(key: string, name: string): void
  output(key: string, chunk: Buffer): void
  /** ends it once; later calls change nothing */
  end(key: string, status: 'done' | 'cached' | 'failed'): void
  get(key: string): FailedStep | undefined
}

interface Step {
  name: string
  lines: string[]
  /** of a line that has not ended yet */
  partial: string
  decoder: StringDecoder
  ended: boolean
}

export const followSteps = (onStep: (step: BuildStep) => void): Steps => {
  const steps = new Map<string, Step>()
  const tell = (step: Step, text: string, all: boolean) => {
    const lines = (step.partial + text).split('\n')
    step.partial = all ? '' : (lines.pop() ?? '')
    if (all && lines.at(-1) === '') lines.pop()
    if (lines.length === 0) return
    const output = lines.map(shown)
    step.lines = [...step.lines, ...output].slice(-keptLines)
    onStep({name: step.name, status: 'output', output})
  }
  return {
    start(key, name) {
      if (steps.has(key)) return
      steps.set(key, {name, lines: [], partial: '', decoder: new StringDecoder(), ended: false})
      onStep({name, status: 'started', output: []})
    },
    output(key, chunk) {
      const step = steps.get(key)
      if (step && !step.ended) tell(step, step.decoder.write(chunk), false)
    },
    end(key, status) {
      const step = steps.get(key)
      if (!step || step.ended) return
      tell(step, step.decoder.end(), true)
      step.ended = true
      onStep({name: step.name, status, output: []})
    },
    get(key) {
      const step = steps.get(key)
      return step && {name: step.name, output: step.lines}
    },
  }
}

/** A line as a screen would show it in the end: without colours, and of a progress bar its last state. */
const shown = (line: string): string => {
  const text = stripVTControlCharacters(line).replace(/\r+$/, '')
  return text.slice(text.lastIndexOf('\r') + 1)
}
