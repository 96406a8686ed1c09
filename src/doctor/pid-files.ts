import {readFileSync, rmSync} from 'node:fs'

/** Where Docker's daemons write their process numbers, and what those processes are called. */
const pidFiles = [
  {file: '/var/run/docker.pid', program: 'dockerd'},
  {file: '/var/run/docker/containerd/containerd.pid', program: 'containerd'},
] as const

/** A daemon that was killed leaves its number behind, and its successor refuses to start while any process has that number. */
export const removeStalePidFiles = (
  announce: (line: string) => void,
  files: readonly {file: string; program: string}[] = pidFiles,
): void => {
  for (const {file, program} of files) {
    const pid = textOf(file)
    if (pid === undefined || textOf(`/proc/${Number(pid)}/comm`) === program) continue
    announce(`Removing ${file}, which a ${program} that is gone has left`)
    rmSync(file, {force: true})
  }
}

const textOf = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}
