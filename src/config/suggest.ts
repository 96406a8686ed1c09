// What people bring along from Compose and Dockerfiles: too far from imm's keys for a distance to find.
const habits: Readonly<Record<string, string>> = {
  name: 'project',
  image: 'build',
  ports: 'port',
  expose: 'port',
  healthcheck: 'health',
  environment: 'env',
  env_file: 'envFile',
  cmd: 'command',
  mounts: 'volumes',
  develop: 'watch',
  deploy: 'resources',
  stop_grace_period: 'drain',
  mem_limit: 'memory',
  cpu: 'cpus',
  test: 'path',
  url: 'path',
  exclude: 'ignore',
  debounce: 'quiet',
  polling: 'poll',
}

/** The known key that was probably meant; undefined where none is near. */
export const suggest = (key: string, known: readonly string[]): string | undefined => {
  const habit = habits[key.toLowerCase()]
  if (habit !== undefined && known.includes(habit)) return habit
  const limit = key.length < 5 ? 1 : 2
  return known
    .map((candidate) => ({candidate, distance: distance(key.toLowerCase(), candidate.toLowerCase())}))
    .filter((entry) => entry.distance <= limit)
    .toSorted((a, b) => a.distance - b.distance)[0]?.candidate
}

/** Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment). */
const distance = (a: string, b: string): number => {
  let before: number[] = []
  let last = Array.from({length: b.length + 1}, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : replaced
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced, swapped))
    }
    before = last
    last = row
  }
  return last[b.length] ?? 0
}
