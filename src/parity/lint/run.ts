import type {RunSide} from '../facts.ts'
import type {Finding} from '../report/finding.ts'
import {find} from './find.ts'

const socket = /\/(?:docker|podman|containerd|crio|buildkitd)\.sock$/

/** Harmless, and what an application needs that listens on port 80. */
const granted = new Set(['NET_BIND_SERVICE'])

/** How a side is run, whatever is run. */
export const runFindings = (run: RunSide): Finding[] => [
  ...(run.privileged
    ? [
        find('lint.run.privileged', 'privileged', {
          message: 'the container is privileged',
          next: 'Add the one capability or device that it needs',
        }),
      ]
    : []),
  ...run.capAdd
    .map((name) => name.toUpperCase().replace(/^CAP_/, ''))
    .filter((name) => !granted.has(name))
    .map((name) =>
      find('lint.run.capability', name, {
        message: name === 'ALL' ? 'the container has all capabilities' : `the container has the capability ${name}`,
        next: 'Drop it where the application works without',
      }),
    ),
  ...run.mounts
    .filter(({path}) => socket.test(path))
    .map(({path}) =>
      find('lint.run.engine-socket', path, {
        message: `${path} is mounted: who can write to it is root on the host`,
        next: 'Put a proxy in front of it that lets few calls through, or do without',
      }),
    ),
  ...(run.networkMode === 'host'
    ? [
        find('lint.run.host-network', 'network', {
          message: "the container is in the host's network",
          next: 'Publish the ports that are needed',
        }),
      ]
    : []),
  ...(run.memoryBytes === undefined
    ? [
        find('lint.run.memory', 'memory', {
          message: `${run.source} sets no memory limit`,
          next: 'Set one: a leak takes the whole machine with it otherwise',
        }),
      ]
    : []),
]
