import {execFileSync} from 'node:child_process'
import {existsSync, readFileSync} from 'node:fs'

import {executable} from '../machine.ts'
import type {Entry} from '../rootfs.ts'
import {SetupError} from '../setup-error.ts'
import {libraryPaths} from './libraries.ts'

/** What every base image stands on: a shell and small tools, users, a /tmp, certificates. */
export const ground = (): Entry[] => [
  ...busybox(),
  ...accounts,
  ...certificates(),
  {kind: 'directory', path: '/tmp', mode: 0o1777},
]

export const groundChanges = (): string[] => [
  'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  `ENV SSL_CERT_FILE=${bundle}`,
  // A company's proxy that inspects TLS is trusted on this machine by this variable: so it must be in the image.
  ...(process.env['NODE_EXTRA_CA_CERTS'] ? [`ENV NODE_EXTRA_CA_CERTS=${bundle}`] : []),
]

const bundle = '/etc/ssl/certs/ca-certificates.crt'

const bundles = [bundle, '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/ca-bundle.pem', '/etc/ssl/cert.pem']

const certificates = (): Entry[] => {
  const extra = process.env['NODE_EXTRA_CA_CERTS']
  const system = bundles.find((file) => existsSync(file))
  const files = [...new Set([system, extra].filter((file) => file !== undefined && existsSync(file)))]
  const text = files.map((file) => readFileSync(file as string, 'utf8')).join('\n')
  return text === '' ? [] : [{kind: 'text', path: bundle, text}]
}

const busybox = (): Entry[] => {
  const program = executable('busybox')
  if (!program || libraryPaths(lddOf(program)).length > 0)
    throw new SetupError([
      'no static busybox on this machine to assemble a base image from, and no image registry answers.',
      'Install one (Debian, Ubuntu: sudo apt-get install busybox-static), or make the registry reachable.',
    ])
  const applets = execFileSync(program, ['--list'], {encoding: 'utf8'})
    .split('\n')
    .filter((name) => name && name !== 'busybox')
  return [
    {kind: 'copy', path: '/bin/busybox', from: program},
    ...applets.map((name): Entry => ({kind: 'link', path: `/bin/${name}`, target: 'busybox'})),
    {kind: 'link', path: '/usr/bin/env', target: '/bin/busybox'},
  ]
}

const lddOf = (program: string): string => {
  try {
    return execFileSync('ldd', [program], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']})
  } catch {
    return '' // ldd fails on a static program
  }
}

const accounts: Entry[] = [
  {
    kind: 'text',
    path: '/etc/passwd',
    text: 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  },
  {kind: 'text', path: '/etc/group', text: 'root:x:0:\nnode:x:1000:\nnogroup:x:65534:\n'},
  {kind: 'text', path: '/etc/nsswitch.conf', text: 'passwd: files\ngroup: files\nhosts: files dns\n'},
  {kind: 'directory', path: '/root', mode: 0o700},
]
