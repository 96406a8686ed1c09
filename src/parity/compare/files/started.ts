import path from 'node:path'

import type {Effective} from '../config/effective.ts'

/** Where the programs can be that a container starts: the entrypoint, the command that it goes over to, and what a shell is told to run. */
export const startedBy = ({config, env}: Effective): string[] => {
  const workdir = config.workdir?.value || '/'
  const search = env.get('PATH')?.value
  const directories = (search !== undefined && 'value' in search ? search.value : usualPath).split(':')
  return [config.entrypoint?.value ?? [], config.command?.value ?? []].flatMap(programsOf).flatMap((program) => {
    if (program.includes('/')) return [path.posix.resolve('/', workdir, program)]
    return directories.filter((each) => each !== '').map((each) => path.posix.resolve('/', each, program))
  })
}

/** Of engines, where an image sets none. */
const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

const programsOf = (words: readonly string[]): string[] => {
  const [first, option, script] = words
  if (first === undefined || first === '') return []
  if (script === undefined || option !== '-c' || !/(?:^|\/)(?:ba|da|a|z|k)?sh$/.test(first)) return [first]
  // Its first word, and whatever is named with its directory.
  const inScript = script.split(/[\s;&|()'"]+/).filter((word) => word !== '' && word !== 'exec')
  return [first, ...inScript.filter((word, at) => at === 0 || word.includes('/'))]
}
