import type {InstanceChange} from '../lifecycle/ports.ts'
import {above} from './paths.ts'

/** Python's compiled modules, also while one is being written (importlib, `_write_atomic`). */
const compiled = /\/__pycache__\/[^/]+\.pyc(?:\.\d+)?$/

/**
 * Leaves out what an interpreter writes by itself beside the code that it runs: it is made of that code, and a fresh container makes it again.
 * It never deletes any.
 */
export const withoutCaches = (changes: readonly InstanceChange[]): InstanceChange[] => {
  const rest = changes.filter(({path, kind}) => kind === 'deleted' || !compiled.test(path))
  const holding = new Set(rest.flatMap(({path}) => above(path)))
  return rest.filter(({path, kind}) => !(kind === 'added' && path.endsWith('/__pycache__') && !holding.has(path)))
}
