import {linesOf} from '../lines.ts'
import type {Named} from '../source.ts'
import {pythonName} from './name.ts'

const pin = /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\]\s*)?={2,3}\s*([^\s;#,\\*]+)(?=[\s;#\\]|$)/

/** requirements.txt: of its lines those that allow one version and no other. */
export function* requirements(text: string): Generator<Named, void, undefined> {
  for (const line of linesOf(text)) {
    const [, name, version] = pin.exec(line) ?? []
    if (name !== undefined && version !== undefined) yield [pythonName(name), version]
  }
}
