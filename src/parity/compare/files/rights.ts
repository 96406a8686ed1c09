import type {FileDifference} from './differences.ts'

const setId = 0o6000
const executable = 0o111

/** What the image starts can be run by others than before, or by nobody. */
export const changesStart = ({kind, path, a, b}: FileDifference, started: ReadonlySet<string>): boolean =>
  kind === 'mode' && started.has(path) && differs(a?.mode, b?.mode, executable)

/** A program runs with the rights of its owner, or with some of root's, on one side alone. */
export const changesPrivileges = ({kind, a, b}: FileDifference): boolean =>
  (kind === 'mode' && a?.kind === 'file' && differs(a.mode, b?.mode, setId)) ||
  (kind === 'attributes' && a?.xattrs?.[capability] !== b?.xattrs?.[capability])

const capability = 'security.capability'

export const changesRights = (found: FileDifference, started: ReadonlySet<string>): boolean =>
  changesStart(found, started) || changesPrivileges(found)

const differs = (a = 0, b = 0, bits: number): boolean => ((a ^ b) & bits) !== 0
