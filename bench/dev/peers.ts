import {writeFile} from 'node:fs/promises'
import path from 'node:path'

import {execa} from 'execa'

import {freePort} from './ask.ts'
import type {BenchProject} from './project.ts'
import {measureSaves, type Saved} from './saves.ts'

/** What people do without imm: the same project, built and replaced by a command after every save. */
export interface Peer {
  what: string
  /** the program it needs */
  program: string
  measure(project: BenchProject, image: string, saves: number): Promise<Saved>
}

/** `docker`: a docker command that builds with BuildKit. */
export const peersWith = (docker: string): readonly Peer[] => [
  {what: 'docker build + rm + run', program: docker, measure: byHand(docker)},
  {what: 'docker-compose up --build', program: 'docker-compose', measure: compose(docker)},
  {
    what: 'podman build + rm + run',
    program: 'podman',
    async measure(project, image, saves) {
      const config = path.join(project.directory, '..', 'containers.conf')
      // runc and low limits work also where systemd, crun and a high limit on open files are missing.
      await writeFile(
        config,
        '[engine]\nruntime = "runc"\n[containers]\ndefault_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]\n',
      )
      const saved = execa(docker, ['save', image], {buffer: false, encoding: 'buffer'})
      await saved.pipe('podman', ['load', '-q'])
      return byHand('podman', {CONTAINERS_CONF: config})(project, image, saves)
    },
  },
]

const place = (port: number) => ({url: new URL(`http://127.0.0.1:${port}`), host: `localhost:${port}`})

const byHand =
  (program: string, env: Record<string, string> = {DOCKER_BUILDKIT: '1'}): Peer['measure'] =>
  async ({directory, name}, image, saves) => {
    const port = await freePort()
    const run = async (args: string[]) => execa(program, args, {cwd: directory, env, stdin: 'ignore'})
    const replace = async () => {
      await run(['build', '-q', '-t', name, '--build-arg', `NODE_IMAGE=${image}`, '.'])
      await run(['rm', '-f', name]).catch(() => undefined)
      await run(['run', '-d', '--name', name, '-p', `127.0.0.1:${port}:3000`, name])
    }
    try {
      await replace()
      return await measureSaves(directory, place(port), saves, replace)
    } finally {
      await run(['rm', '-f', name]).catch(() => undefined)
      await run(['rmi', '-f', name]).catch(() => undefined)
    }
  }

const compose =
  (docker: string): Peer['measure'] =>
  async ({directory, name}, image, saves) => {
    const port = await freePort()
    const build = {context: directory, args: {NODE_IMAGE: image}}
    // YAML is a superset of JSON. Beside the project, so that it is no part of what is built.
    const file = path.join(directory, '..', 'compose.yaml')
    const app = {build, ports: [`127.0.0.1:${port}:3000`]}
    await writeFile(file, JSON.stringify({version: '3.8', services: {app}}))
    const {stdout: program} = await execa('which', [docker])
    const env = {
      DOCKER_BUILDKIT: '1',
      COMPOSE_DOCKER_CLI_BUILD: '1',
      PATH: `${path.dirname(program)}:${process.env['PATH'] ?? ''}`,
    }
    const run = async (args: string[]) =>
      execa('docker-compose', ['-f', file, '-p', name, ...args], {env, stdin: 'ignore'})
    const up = async () => run(['up', '--build', '-d'])
    try {
      await up()
      return await measureSaves(directory, place(port), saves, up)
    } finally {
      await run(['down', '--rmi', 'all', '--timeout', '1'])
    }
  }
