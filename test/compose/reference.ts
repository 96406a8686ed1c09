import {execa} from 'execa'

/** The command that is Compose itself here, `docker compose` unless IMM_TEST_COMPOSE names another; undefined where there is none. */
export const composeCommand = async (): Promise<readonly [string, ...string[]] | undefined> => {
  const [program = 'docker', ...args] = process.env['IMM_TEST_COMPOSE']?.split(' ') ?? ['docker', 'compose']
  const {failed} = await execa(program, [...args, 'version', '--short'], {reject: false, stdin: 'ignore'})
  return failed ? undefined : [program, ...args]
}

/** What `docker compose config` makes of a directory's Compose files. */
export const referenceOf = async (
  [program, ...args]: readonly [string, ...string[]],
  directory: string,
  env: Readonly<Record<string, string>>,
): Promise<unknown> => {
  const {stdout} = await execa(program, [...args, 'config', '--format', 'json'], {cwd: directory, env})
  return JSON.parse(stdout) as unknown
}

/**
 * A model without what only one of the two spells out: nothing, what is empty, extensions, and what is implied anyway (the place of a secret,
 * that a mount makes its directory, that a dependency is required).
 */
export const comparable = (value: unknown, key = ''): unknown => {
  if (Array.isArray(value)) {
    const items = value.map((one) => comparable(one, key)).filter((one) => one !== undefined)
    return items.length === 0 ? undefined : items
  }
  if (typeof value !== 'object' || value === null) return scalar(value, key)
  const {soft, hard, ...others} = value as Record<string, unknown>
  if (typeof soft === 'number' && soft === hard && Object.keys(others).length === 0) return String(soft)
  const entries = Object.entries(value as Record<string, unknown>)
    .filter(([name]) => !name.startsWith('x-') && !implied.has(name))
    .map(([name, one]) => [name, comparable(one, name)] as const)
    .filter(([, one]) => one !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

const implied = new Set(['create_host_path', 'required', 'ipam', 'version'])

/** Sizes, ports and modes are numbers to the one and texts to the other; a minute is `1m` or `1m0s`. */
const scalar = (value: unknown, key: string): unknown => {
  if (value === null || value === undefined || value === '' || value === false) return undefined
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') return value
  if (key === 'target' && value.startsWith('/run/secrets/')) return undefined
  return value.replace(/^((?:\d+h)?\d+m)0s$/, '$1')
}
