import test from 'ava'

import type {ContainerSettings} from '../../src/config/settings.ts'
import {mayJoin} from '../../src/lifecycle/sandbox-fit.ts'

const attachment = {networks: [], extraHosts: [], dns: [], dnsSearch: [], dnsOptions: []}
const inNetwork = (more: object) => ({attachment: {...attachment, networks: [{name: 'n', aliases: [], ...more}]}})

const cases: readonly (readonly [name: string, container: Partial<ContainerSettings>, may: boolean])[] = [
  ['nothing asked for', {}, true],
  ['names of other hosts', {attachment: {...attachment, extraHosts: [{name: 'db', address: '10.0.0.1'}]}}, true],
  ['a network', inNetwork({}), true],
  ['rights', {options: {capAdd: ['NET_ADMIN'], sysctls: {'kernel.msgmax': '1'}}}, true],
  ['an alias', inNetwork({aliases: ['shop']}), false],
  ['an address', inNetwork({ipv4: '10.0.0.9'}), false],
  ['no network', {attachment: {...attachment, mode: 'none'}}, false],
  ['the network of another', {attachment: {...attachment, mode: {container: 'x'}}}, false],
  ['a setting of its network', {options: {sysctls: {'net.core.somaxconn': '1024'}}}, false],
  ['another runtime', {options: {runtime: 'runsc'}}, false],
]

for (const [name, container, may] of cases)
  test(`with ${name} an application ${may ? 'may' : 'may not'} join a network that waits`, (t) => {
    t.is(mayJoin({attachment: undefined, binds: [], options: {}, ...container}), may)
  })
