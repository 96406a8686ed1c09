import test from 'ava'

import {planStart, type EngineMachine} from '../../src/doctor/start-plan.ts'

const linux: EngineMachine = {
  platform: 'linux',
  root: false,
  named: undefined,
  context: undefined,
  systemd: true,
  installed: {},
  userUnits: [],
}
const root: EngineMachine = {...linux, root: true}
const mac: EngineMachine = {...linux, platform: 'darwin', systemd: false}
const dockerd = {dockerd: '/usr/sbin/dockerd'}
const podman = {podman: '/usr/bin/podman'}

const planned = (machine: EngineMachine) => {
  const plan = planStart(machine)
  return plan.kind === 'tell' ? `tell ${plan.text}` : `${plan.kind} ${plan.command.join(' ')}`
}

test('root lets systemd start Docker, and starts the daemon itself where there is none', (t) => {
  t.is(planned({...root, installed: dockerd}), 'run systemctl start docker')
  t.is(planned({...root, installed: dockerd, systemd: false}), 'daemon /usr/sbin/dockerd')
  t.is(planned({...root, installed: podman}), 'run systemctl start podman.socket')
})

test('what needs the rights of root is told, never done', (t) => {
  t.is(planned({...linux, installed: dockerd}), 'tell Run `sudo systemctl start docker`.')
  t.is(planned({...linux, installed: dockerd, systemd: false}), 'tell Run `sudo service docker start`.')
})

test("a user's own daemon is started by systemd", (t) => {
  t.is(planned({...linux, installed: podman, userUnits: ['podman.socket']}), 'run systemctl --user start podman.socket')
  t.is(planned({...linux, installed: dockerd, userUnits: ['docker.service']}), 'run systemctl --user start docker')
  t.is(planned({...linux, userUnits: ['docker-desktop.service']}), 'run systemctl --user start docker-desktop')
  t.regex(planned({...linux, installed: podman, systemd: false}), /^tell Run `podman system service/)
})

test('on macOS the engine of the Docker context in use is started, else the first that is installed', (t) => {
  const all = {orb: '/usr/local/bin/orb', colima: '/opt/colima', 'Docker.app': '/Applications/Docker.app'}
  t.is(planned({...mac, installed: {'Docker.app': '/Applications/Docker.app'}}), 'run open -a Docker')
  t.is(planned({...mac, installed: {colima: '/opt/colima'}}), 'run colima start')
  t.is(planned({...mac, installed: all}), 'run orb start')
  t.is(planned({...mac, installed: all, context: 'desktop-linux'}), 'run open -a Docker')
  t.is(planned({...mac, installed: all, context: 'colima-work'}), 'run colima start')
})

test('an engine that the user named is never replaced by another', (t) => {
  for (const machine of [root, mac])
    t.regex(
      planned({...machine, installed: {...dockerd, colima: '/c'}, named: 'DOCKER_HOST'}),
      /^tell DOCKER_HOST names/,
    )
})

test('where nothing is installed, nothing is started', (t) => {
  for (const machine of [linux, root, mac]) t.regex(planned(machine), /^tell No engine is installed/)
  t.regex(planned({...linux, platform: 'win32'}), /^tell Open Docker Desktop/)
})
