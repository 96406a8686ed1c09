import path from 'node:path'

import {linesOf} from '../lines.ts'
import type {Named} from '../source.ts'

/** `group:artifact` of META-INF/maven/…/pom.properties; what Maven builds has it. */
export const pomProperties = (text: string): Named | undefined => {
  const fields = fieldsOf(text, '=')
  const [group, artifact, version] = ['groupId', 'artifactId', 'version'].map((key) => fields.get(key))
  return group && artifact && version ? [`${group}:${artifact}`, version] : undefined
}

/** Of a library that was not built by Maven: what its manifest, or its file's name, calls it. */
export const namedBy = (manifest: string, file: string): Named | undefined => {
  const fields = fieldsOf(manifest, ':')
  const [, base, suffix] = /^(.+?)(?:-(\d[\w.+-]*))?\.[jwe]ar$/.exec(path.posix.basename(file)) ?? []
  const symbolic = fields.get('Bundle-SymbolicName')?.split(';')[0]
  const name = symbolic || fields.get('Automatic-Module-Name') || fields.get('Implementation-Title') || base
  const version = suffix ?? fields.get('Implementation-Version') ?? fields.get('Bundle-Version')
  return name && version ? [name.replaceAll(/\s+/g, '-'), version] : undefined
}

/** Up to the first empty line: behind it a manifest has a section for each signed file. Lines that go on are of no field that is asked for. */
const fieldsOf = (text: string, separator: string): Map<string, string> => {
  const fields = new Map<string, string>()
  for (const line of linesOf(text)) {
    if (line === '') break
    const at = line.indexOf(separator)
    if (at > 0 && !/^[\s#]/.test(line)) fields.set(line.slice(0, at).trim(), line.slice(at + 1).trim())
  }
  return fields
}
