/** What the machine has, as far as it decides how an installed engine is started. */
export interface EngineMachine {
  platform: NodeJS.Platform
  root: boolean
  /** DOCKER_HOST or DOCKER_CONTEXT, where the user named an engine by one */
  named: 'DOCKER_HOST' | 'DOCKER_CONTEXT' | undefined
  /** the Docker context in use, `colima`; undefined: the default one */
  context: string | undefined
  systemd: boolean
  /** absolute paths of the programs that are installed; Docker Desktop's application on macOS as `Docker.app` */
  installed: Readonly<Partial<Record<EngineProgram, string>>>
  /** systemd's units of the user that are installed */
  userUnits: readonly UserUnit[]
}

export const enginePrograms = ['dockerd', 'podman', 'docker', 'colima', 'orb', 'Docker.app'] as const
export type EngineProgram = (typeof enginePrograms)[number]

export const userUnitNames = ['docker.service', 'docker-desktop.service', 'podman.socket'] as const
export type UserUnit = (typeof userUnitNames)[number]

/** `run`: ours to do; `daemon` outlives imm. `tell`: the user's to do. */
export type StartPlan = {kind: 'run' | 'daemon'; command: readonly [string, ...string[]]} | {kind: 'tell'; text: string}

/** How an installed engine is started. Never with another user's rights: those commands are told. */
export const planStart = (machine: EngineMachine): StartPlan => {
  const {named, platform} = machine
  if (named !== undefined)
    return tell(`${named} names the engine, so imm starts none: start that one, or unset ${named}.`)
  if (platform === 'linux') return onLinux(machine)
  if (platform === 'darwin') return onMac(machine)
  return tell('Open Docker Desktop, or run `podman machine start`.')
}

const onLinux = ({root, systemd, installed, userUnits}: EngineMachine): StartPlan => {
  // A daemon of the user's own was set up on purpose.
  const own = (['docker.service', 'docker-desktop.service'] as const).find((unit) => userUnits.includes(unit))
  if (own !== undefined && systemd && !root) return run('systemctl', '--user', 'start', own.replace('.service', ''))
  if (installed.dockerd !== undefined) {
    if (!root) return tell(`Run \`sudo ${systemd ? 'systemctl start docker' : 'service docker start'}\`.`)
    return systemd ? run('systemctl', 'start', 'docker') : {kind: 'daemon', command: [installed.dockerd]}
  }
  if (installed.podman !== undefined) {
    if (root && systemd) return run('systemctl', 'start', 'podman.socket')
    if (systemd && userUnits.includes('podman.socket')) return run('systemctl', '--user', 'start', 'podman.socket')
    const socket = root ? 'unix:///run/podman/podman.sock' : 'unix://$XDG_RUNTIME_DIR/podman/podman.sock'
    return tell(`Run \`podman system service --time=0 ${socket}\` in a terminal of its own.`)
  }
  return tell('No engine is installed here that imm could start.')
}

const onMac = ({installed, context}: EngineMachine): StartPlan => {
  const ways = [
    {program: 'orb', context: 'orbstack', plan: run('orb', 'start')},
    {program: 'colima', context: 'colima', plan: run('colima', 'start')},
    {program: 'Docker.app', context: 'desktop-linux', plan: run('open', '-a', 'Docker')},
    {program: 'podman', context: 'podman', plan: run('podman', 'machine', 'start')},
  ] as const
  const there = ways.filter(({program}) => installed[program] !== undefined)
  // Colima's profiles are contexts `colima-NAME`.
  const chosen = there.find((way) => context === way.context || context?.startsWith(`${way.context}-`))
  return (chosen ?? there[0])?.plan ?? tell('No engine is installed here that imm could start.')
}

const run = (...command: [string, ...string[]]): StartPlan => ({kind: 'run', command})

const tell = (text: string): StartPlan => ({kind: 'tell', text})
