import {looksSecret} from '../secrets/looks-secret.ts'
import {isStandIn, shownOf} from '../secrets/scan/value.ts'
import {secretsInWords} from '../secrets/scan/words.ts'
import {withoutSecrets} from '../secrets/words.ts'

const longest = 60

/** An instruction as its Dockerfile has it, short, and fit to be printed. */
export const instructionText = (createdBy: string): string => {
  // The classic builder has a digest in the place of the files: where they went says more.
  const text = withoutSecrets(writtenInstruction(createdBy)).replaceAll(
    /\b(file|dir|multi):([0-9a-f]{8})[0-9a-f]{56}\b/g,
    '$1:$2…',
  )
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}

/** The same in full: without what builders add, and without the values of build arguments, which are kept with it. */
export const writtenInstruction = (createdBy: string): string =>
  split(createdBy)
    .rest.replace(/^(?:RUN )?\/bin\/sh -c #\(nop\)\s+/, '')
    .replace(/^(?:RUN )?\/bin\/sh -c /, 'RUN ')
    .replace(/\s*# buildkit$/, '')
    .replaceAll(/\s+/g, ' ')
    .trim()

const prefix = /^(?:RUN )?\|(\d+) /

/** Both builders write `|2 A=x B=y /bin/sh -c …`. A value with a space ends where the next name or the shell begins. */
const split = (createdBy: string): {given: [name: string, value: string][]; rest: string} => {
  const count = Number(prefix.exec(createdBy)?.[1] ?? 0)
  const given: [string, string][] = []
  let rest = createdBy.replace(prefix, '')
  for (let at = 0; at < count; at++) {
    const [all = '', name, value = ''] = /^([A-Za-z_]\w*)=(.*?)(?: (?=[A-Za-z_]\w*=|\/)|$)/s.exec(rest) ?? []
    if (name === undefined) break
    given.push([name, value])
    rest = rest.slice(all.length)
  }
  return {given, rest}
}

export interface Shown {
  /** `build argument NPM_TOKEN`, `GitHub token` */
  kind: string
  shown: string
}

/** The secrets that an instruction was given, or has in itself. */
export const secretsOfInstruction = (createdBy: string): Shown[] => {
  const {given, rest} = split(createdBy)
  const named = given
    .filter(([name, value]) => looksSecret(name, value) && !isStandIn(value))
    .map(([name, value]) => ({kind: `build argument ${name}`, shown: shownOf(value)}))
  return [...named, ...secretsInWords(rest).map(({kind, shown}) => ({kind, shown}))]
}
