import {readdir, rm} from 'node:fs/promises'
import path from 'node:path'

import {answers} from '../socket/claim.ts'
import {isSessionSocket} from './session.ts'

/** Paths of sockets that a killed `imm dev` left: nobody answers there. */
export const staleSockets = async (runtime: string): Promise<string[]> => {
  const names = (await readdir(runtime).catch(() => [])).filter(isSessionSocket)
  const places = names.map((name) => path.join(runtime, name))
  const stale = await Promise.all(places.map(async (place) => !(await answers(place))))
  return places.filter((_, index) => stale[index])
}

export const removeSocket = async (place: string): Promise<void> => rm(place, {force: true})
