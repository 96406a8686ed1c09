/** What the machine is like, as far as it decides how an engine comes to answer. */
export interface MachineFacts {
  /** in the form of DOCKER_HOST, each; undefined where there is none */
  answering: string | undefined
  denied: string | undefined
  silent: string | undefined
  /** where DOCKER_HOST or DOCKER_CONTEXT point */
  named: string | undefined
  platform: NodeJS.Platform
  root: boolean
  /** Debian, Ubuntu and what derives from them */
  debian: boolean
  /** the daemon's executable. The client `docker` proves nothing: it often comes alone. */
  dockerd: string | undefined
  systemd: boolean
}

export type EnginePlan =
  | {kind: 'use'; endpoint: string}
  | {kind: 'start'; by: 'systemctl' | 'dockerd'}
  | {kind: 'install'}
  | {kind: 'explain'; lines: readonly string[]}

/** The next step towards an engine that answers. Nothing is installed or started where the user named an engine, or is not root. */
export const planEngine = (facts: MachineFacts): EnginePlan => {
  const {answering, denied, silent, named, platform, root} = facts
  if (answering) return {kind: 'use', endpoint: answering}
  if (named)
    return explain(
      `no container engine answers at ${named}, which DOCKER_HOST or DOCKER_CONTEXT name.`,
      'Start it, or unset them to use the engine of this machine. (This set-up speaks to unix:// and plain tcp:// only.)',
    )
  if (silent)
    return explain(
      `the container engine at ${silent} accepts connections and does not answer.`,
      'Restart it, then run this again.',
    )
  if (denied)
    return explain(
      `your user may not use the container engine at ${denied}.`,
      'Add it to the group: sudo usermod -aG docker "$USER". Log out and in again, then run this again.',
    )
  if (platform !== 'linux')
    return explain('no container engine answers on this machine.', otherSystems[platform] ?? elsewhere)
  if (facts.dockerd)
    return root
      ? {kind: 'start', by: facts.systemd ? 'systemctl' : 'dockerd'}
      : explain(
          'Docker is installed and not running.',
          `Start it: sudo ${facts.systemd ? 'systemctl start docker' : 'service docker start'}`,
        )
  if (!facts.debian) return explain('no container engine is installed.', elsewhere)
  if (!root)
    return explain('no container engine is installed.', 'Install one: sudo apt-get install docker.io busybox-static')
  return {kind: 'install'}
}

const elsewhere =
  'Install Docker (https://docs.docker.com/engine/install/) or Podman with its API socket, start it, then run this again.'

const otherSystems: Partial<Record<NodeJS.Platform, string>> = {
  darwin:
    'Install and start one of OrbStack, Docker Desktop or Colima (brew install colima docker; colima start), then run this again.',
  win32: 'Install and start Docker Desktop with WSL 2 and run this inside WSL.',
}

const explain = (...lines: string[]): EnginePlan => ({kind: 'explain', lines})
