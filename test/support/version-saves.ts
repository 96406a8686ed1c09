import type {Dev} from './dev.ts'
import type {TestProject} from './project.ts'
import type {SteadyCalls} from './steady-calls.ts'

/** Saves a new version so many times, each once the one before it answers everybody who asks. */
export const saveVersions = async (
  {project, dev, file, apps}: {project: TestProject; dev: Dev; file: string; apps: readonly string[]},
  count: number,
  loads: readonly SteadyCalls[],
): Promise<string> => {
  let version = ''
  for (let save = 1; save <= count; save++) {
    version = `save ${save}`
    await project.write(file, `${version}\n`)
    await Promise.all(apps.map(async (app) => dev.goesLive(app)))
    await Promise.all(loads.map(async (load) => load.served(3)))
  }
  return version
}

/** Each release with the versions that its answers said: more than one, and something that ran was changed. */
export const versionsByRelease = (loads: readonly SteadyCalls[]): Record<string, string[]> => {
  const versions: Record<string, string[]> = {}
  for (const {release, version} of loads.flatMap(({answers}) => answers)) {
    const known = (versions[release] ??= [])
    if (!known.includes(version)) known.push(version)
  }
  return versions
}
