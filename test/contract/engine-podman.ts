import {mkdtemp, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

import {execa} from 'execa'

/** Why Podman can't be tried here; undefined where it can. */
export const noPodman = async (): Promise<string | undefined> => {
  const {exitCode} = await execa('podman', ['--version'], {reject: false})
  if (exitCode !== 0) return 'podman is not installed'
  return process.getuid?.() === 0 ? undefined : 'its service needs root to set up networks'
}

// runc and low limits work also where systemd, crun and a high limit on open files are missing.
const settings = `
[engine]
runtime = "runc"
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
`

export interface PodmanService extends AsyncDisposable {
  socketPath: string
}

/** Podman's API on a socket of its own, with its images and containers in a directory that goes with it. */
export const podmanService = async (): Promise<PodmanService> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-podman-'))
  const socketPath = path.join(directory, 'podman.sock')
  const config = path.join(directory, 'containers.conf')
  await writeFile(config, settings)
  // Its tmpdir as well: the one that all share otherwise holds how containers ended, and the reset of another service empties it.
  const roots = ['root', 'runroot', 'tmpdir'].flatMap((name) => [`--${name}`, path.join(directory, name)])
  const env = {CONTAINERS_CONF: config}
  const service = execa('podman', [...roots, 'system', 'service', '--time', '0', `unix://${socketPath}`], {
    env,
    // Where a container runs out of memory, its monitor leaves a file named oom in the directory of the service.
    cwd: directory,
    reject: false,
    stdio: 'ignore',
  })
  let ended = false
  void service.then(() => (ended = true))
  const deadlineMs = Date.now() + 20_000
  while (!(await stat(socketPath).catch(() => undefined))) {
    if (Date.now() > deadlineMs || ended) throw new Error('podman system service did not start')
    await sleep(50)
  }
  return {
    socketPath,
    async [Symbol.asyncDispose]() {
      service.kill()
      await service
      await execa('podman', [...roots, 'system', 'reset', '--force'], {env, reject: false})
      await rm(directory, {recursive: true, force: true})
    },
  }
}
