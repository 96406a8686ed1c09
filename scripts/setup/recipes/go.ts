import {execFileSync} from 'node:child_process'

import {executable} from '../machine.ts'
import type {Rootfs} from '../rootfs.ts'
import {SetupError} from '../setup-error.ts'
import {ground, groundChanges} from './ground.ts'
import {tree} from './tree.ts'

/** This machine's Go without tests and race detector; about 200 MB. */
export const goRootfs = (): Rootfs => {
  const program = executable('go')
  if (!program)
    throw new SetupError(['no Go on this machine to assemble a base image from, and no image registry answers.'])
  const root = execFileSync(program, ['env', 'GOROOT'], {encoding: 'utf8'}).trim()
  return {
    entries: [
      ...ground(),
      ...tree(
        root,
        '/usr/local/go',
        (at) => ['test', 'doc', 'api', 'misc'].includes(at) || at.includes('testdata') || at.endsWith('_test.go'),
      ),
      {kind: 'directory', path: '/go', mode: 0o777},
    ],
    changes: [
      ...groundChanges(),
      'ENV PATH=/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'ENV GOPATH=/go',
      'ENV GOTOOLCHAIN=local',
      'CMD ["sh"]',
    ],
  }
}
