import test from 'ava'

import {planEngine, type MachineFacts} from '../../../scripts/setup/engine-plan.ts'

const bareDebian: MachineFacts = {
  answering: undefined,
  denied: undefined,
  silent: undefined,
  named: undefined,
  platform: 'linux',
  root: true,
  debian: true,
  dockerd: undefined,
  systemd: false,
}

const explains = (facts: Partial<MachineFacts>): string => {
  const plan = planEngine({...bareDebian, ...facts})
  return plan.kind === 'explain' ? plan.lines.join('\n') : `${plan.kind}, without an explanation`
}

test('an engine that answers is used, whatever else is wrong', (t) => {
  const facts = {...bareDebian, answering: 'unix:///a.sock', denied: 'unix:///b.sock', silent: 'unix:///c.sock'}
  t.deepEqual(planEngine(facts), {kind: 'use', endpoint: 'unix:///a.sock'})
})

test('a bare Debian gets an engine installed when we are root', (t) => {
  t.deepEqual(planEngine(bareDebian), {kind: 'install'})
})

test('an installed daemon is started, by the service manager where there is one', (t) => {
  t.deepEqual(planEngine({...bareDebian, dockerd: '/usr/sbin/dockerd'}), {kind: 'start', by: 'dockerd'})
  t.deepEqual(planEngine({...bareDebian, dockerd: '/usr/sbin/dockerd', systemd: true}), {
    kind: 'start',
    by: 'systemctl',
  })
})

test('a plain user is told the command, and nothing is installed or started', (t) => {
  t.regex(explains({root: false}), /sudo apt-get install docker\.io/)
  t.regex(explains({root: false, dockerd: '/usr/sbin/dockerd', systemd: true}), /sudo systemctl start docker/)
  t.regex(explains({root: false, denied: 'unix:///var/run/docker.sock'}), /usermod -aG docker/)
})

test('an engine that the user named is never replaced by another', (t) => {
  t.regex(explains({named: 'tcp://build:2375'}), /tcp:\/\/build:2375/)
})

test('an engine that hangs is not started a second time', (t) => {
  t.regex(explains({silent: 'unix:///var/run/docker.sock', dockerd: '/usr/sbin/dockerd'}), /does not answer/)
})

test('other distributions and systems are told what to install', (t) => {
  t.regex(explains({debian: false}), /docs\.docker\.com/)
  t.regex(explains({platform: 'darwin', root: false, debian: false}), /Colima/)
  t.regex(explains({platform: 'win32', root: false, debian: false}), /WSL/)
})
