import {readFileSync, rmSync} from 'node:fs'

/** Where a daemon writes its process number, and what that process is called. */
export interface PidFile {
  file: string
  program: string
}

export const dockerPidFiles: readonly PidFile[] = [
  {file: '/var/run/docker.pid', program: 'dockerd'},
  {file: '/var/run/docker/containerd/containerd.pid', program: 'containerd'},
]

/** A daemon that was killed leaves its number behind, and its successor refuses to start while any process has that number. */
export const removeStalePidFiles = (files: readonly PidFile[], announce: (line: string) => void): void => {
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
