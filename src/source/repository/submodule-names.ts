import {askGit} from './git.ts'

export interface Submodule {
  name: string
  url: string
}

/** What .gitmodules of a commit says, by path (gitmodules(5)). */
export const submodulesOf = async (
  gitDir: string,
  commit: string,
  signal: AbortSignal,
): Promise<Map<string, Submodule>> => {
  const {stdout} = await askGit(
    ['config', '--blob', `${commit}:.gitmodules`, '-z', '--get-regexp', '^submodule\\..*\\.(path|url)$'],
    {gitDir},
    signal,
  )
  const values = new Map(stdout.split('\0').map((entry) => split(entry)))
  return new Map(
    [...values].flatMap(([key, place]) => {
      const name = /^submodule\.(.+)\.path$/s.exec(key)?.[1]
      return name === undefined || !isSafe(name)
        ? []
        : [[place, {name, url: values.get(`submodule.${name}.url`) ?? ''}] as const]
    }),
  )
}

const split = (entry: string): [string, string] => {
  const end = entry.indexOf('\n')
  return end === -1 ? [entry, ''] : [entry.slice(0, end), entry.slice(end + 1)]
}

/** It becomes a part of a path, and who wrote the commit chose it (CVE-2018-11235). */
const isSafe = (name: string): boolean => !name.split(/[/\\]/).some((part) => part === '..' || part === '')
