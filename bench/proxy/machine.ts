import {cpus} from 'node:os'

import type {SetupContext} from '../../scripts/setup/context.ts'
import {executable, readMachine} from '../../scripts/setup/machine.ts'
import {installPackages} from '../../scripts/setup/package-install.ts'
import type {Contender} from './contender.ts'

export interface Tools {
  wrk: string
  nginx: string
  contenders: readonly Contender[]
}

/** What measures, and what is measured: installed where that is ours to do. A proxy that can't be had is left out, and said. */
export const readyTools = async (wanted: readonly Contender[], context: SetupContext): Promise<Tools> => {
  if (cpus().length < 2) throw new Error('needs two cores: one for the proxy, one for all else')
  const programs = ['wrk', 'nginx', ...wanted.map(({program}) => program).filter((program) => program !== undefined)]
  const missing = [...new Set(programs)].filter((program) => executable(program) === undefined)
  if (missing.length > 0) await install(missing, context)
  const [wrk, nginx] = ['wrk', 'nginx'].map(executable)
  if (executable('taskset') === undefined || wrk === undefined || nginx === undefined)
    throw new Error('needs taskset, wrk and nginx (as the upstream): install util-linux, wrk and nginx-light')
  const there = wanted.filter(({name, program}) => {
    const found = program === undefined || executable(program) !== undefined
    if (!found) context.say(`${name} is not installed and is left out`)
    return found
  })
  return {wrk, nginx, contenders: there}
}

const install = async (programs: readonly string[], context: SetupContext): Promise<void> => {
  const {facts} = await readMachine(context.signal)
  if (!facts.debian || !facts.root) return
  try {
    await installPackages(
      programs.map((program) => (program === 'nginx' ? 'nginx-light' : program)),
      context,
    )
  } catch (error) {
    context.signal.throwIfAborted()
    context.say((error as Error).message)
  }
}
