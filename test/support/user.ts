import {chmod, chown, mkdir, stat} from 'node:fs/promises'
import path from 'node:path'

import type {TestProject} from './project.ts'

/** Whom a process is run as; empty: as whoever runs the tests. */
export interface User {
  uid?: number
  gid?: number
}

const nobody = 65_534

/** Somebody whom file permissions hold for, with a home of imm of their own; root reads everything. */
export const ordinaryUser = async ({directory, home}: TestProject, group = nobody): Promise<User> => {
  if (process.getuid?.() !== 0) return {}
  await mkdir(home)
  await chown(home, nobody, group)
  await chmod(path.dirname(directory), 0o755)
  return {uid: nobody, gid: group}
}

/** The group that may use the engine. */
export const engineGroup = async (): Promise<number> => {
  const host = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock'
  return (await stat(host.replace(/^unix:\/\//, ''))).gid
}
