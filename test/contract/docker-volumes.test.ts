import {randomBytes} from 'node:crypto'
import {mkdtemp, realpath, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {Readable} from 'node:stream'

import type {ExecutionContext} from 'ava'
import {execa} from 'execa'

import {dockerEngine} from '../../src/engine/docker/engine.ts'
import {openClient} from '../../src/engine/docker/open.ts'
import {copyDirectly} from '../../src/engine/docker/volume/direct.ts'
import {fillStreamed, fillVolume} from '../../src/engine/docker/volume/fill.ts'
import {copyStreamed} from '../../src/engine/docker/volume/streamed.ts'
import type {VolumeCopy} from '../../src/lifecycle/ports.ts'
import {test} from '../support/one-by-one.ts'
import {baseImage, noBaseImage} from './engine-base-image.ts'
import {dockerSocket, noDocker} from './engine-docker.ts'
import {signal} from './engine-harness.ts'

const reason = (await noDocker()) ?? (await noBaseImage())
const onDocker = reason === undefined ? test : test.skip
const note = reason === undefined ? '' : ` (not run, because ${reason})`

const labels = {'imm.project': `volumes-${randomBytes(4).toString('hex')}`, 'imm.environment': 'main'}

const fill = [
  'cd /data',
  'mkdir -p deep/er empty "a name"',
  'echo one > deep/er/one; echo two > "a name/two"',
  'ln deep/er/one deep/second; ln -s ../deep/er/one empty-link; ln -s /nowhere dangling',
  'dd if=/dev/urandom of=big bs=1M count=3 2>/dev/null; dd if=/dev/zero of=holes bs=1 count=1 seek=50M 2>/dev/null',
  'mkfifo pipe; chown 1234:4321 deep big; chown -h 99:98 dangling; chmod 4750 big; chmod 0700 deep; chmod 1777 empty',
  'printf "" > nothing; touch -d "2001-02-03 04:05:06" big deep; chown 70:71 .; chmod 2710 .',
].join('; ')

// inode numbers differ: that two names are one file is told by the count of its names and what `find -samefile` says
const describe = [
  'cd /data',
  'find . | sort | while read -r f; do stat -c "%n %F %a %u:%g %s %Y %h" "$f"; [ -h "$f" ] && readlink "$f"; [ -f "$f" ] && md5sum < "$f"; done',
  'find . -samefile deep/second | sort',
].join('; ')

const onProgress = () => {}

/** Two empty volumes, and what a shell sees in one. */
const twoVolumes = async (t: ExecutionContext) => {
  const candidate = {name: 'the test', endpoint: `unix://${dockerSocket}`}
  const client = await openClient(
    candidate,
    {answerMs: 30_000, platform: process.platform, reach: undefined, builder: undefined},
    signal,
  )
  const engine = dockerEngine(client)
  const image = await baseImage(dockerSocket)
  const suffix = randomBytes(4).toString('hex')
  const names = [`imm_copied_${suffix}`, `imm_copy_${suffix}`] as const
  t.teardown(async () => {
    for (const name of names) await engine.removeVolume(name, signal)
  })
  for (const name of names) await engine.createVolume({name, labels}, signal)
  const run = async (volume: string, script: string): Promise<string[]> => {
    const lines: string[] = []
    const {exitCode} = await engine.runOnce(
      {
        name: `imm_look_${randomBytes(4).toString('hex')}`,
        image,
        labels,
        env: {},
        // All of busybox, whatever links there are to it.
        command: ['/bin/busybox', 'sh', '-c', `mkdir -p /x; /bin/busybox --install -s /x; PATH=/x; ${script}`],
        user: undefined,
        volumes: [{name: volume, path: '/data', readOnly: false, labels}],
        tmpfs: [],
        memoryBytes: undefined,
        cpus: undefined,
        network: undefined,
      },
      ({text}) => lines.push(text),
      signal,
    )
    t.is(exitCode, 0, lines.join('\n'))
    return lines
  }
  return {client, names, run}
}

for (const [way, copy] of [
  ['directly', copyDirectly],
  ['as the engine’s tar', copyStreamed],
] as const)
  onDocker(`a volume that is copied ${way} has all that the other has${note}`, async (t) => {
    const {client, names, run} = await twoVolumes(t)
    const [from, to] = names
    await run(from, fill)
    const before = await run(from, describe)
    t.true(before.length > 20, before.join('\n'))
    const progress: number[] = []
    const request: VolumeCopy = {from, to, labels, onProgress: ({doneBytes}) => void progress.push(doneBytes)}
    const copied = await copy(client, request, signal)
    if (!copied) return t.pass('the engine’s directories are not ours to read')
    t.deepEqual(await run(to, describe), before)
    t.deepEqual(await run(from, describe), before, 'the one that was copied is as it was')
    const blocks = async (volume: string) => Number((await run(volume, 'cd /data; stat -c %b holes'))[0])
    if (copied.way === 'direct') t.true((await blocks(to)) < 100, 'holes stay holes')
    return undefined
  })

onDocker(`a volume has all that the directory or archive has that it is filled from${note}`, async (t) => {
  const {client, names, run} = await twoVolumes(t)
  const directory = await realpath(await mkdtemp(path.join(tmpdir(), 'imm-fill-')))
  t.teardown(async () => rm(directory, {recursive: true, force: true}))
  const make =
    'mkdir -p deep/er "a name"; echo one > deep/er/one; echo two > "a name/two"; ln -s ../../out link; ln -s /nowhere dangling; chmod 750 deep; chmod 2710 .'
  await execa('sh', ['-ec', make], {cwd: directory})
  if (process.getuid?.() === 0) await execa('chown', ['1234:4321', directory, 'deep/er/one'], {cwd: directory})
  const look =
    'cd /data; find . | sort | while read -r f; do stat -c "%n %F %a %u:%g" "$f"; [ -f "$f" ] && cat "$f"; done; readlink link'
  const here = await execa(
    'sh',
    ['-ec', look.replace('cd /data', 'true').replace(' && cat "$f"', ' && cat "$f" || true')],
    {
      cwd: directory,
    },
  )
  const [first, second] = names
  await fillVolume(client, {to: first, labels, from: {directory}, onProgress}, signal)
  t.deepEqual(await run(first, look), here.stdout.split('\n'))
  await fillStreamed(client, {to: second, labels, from: {directory}, onProgress}, signal)
  t.deepEqual(await run(second, look), here.stdout.split('\n'))
  await run(second, 'rm -rf /data/*')
  const {stdout} = await execa('tar', ['-cz', '--exclude=./link', '.'], {cwd: directory, encoding: 'buffer'})
  const archive = Readable.from([Buffer.from(stdout)])
  await fillVolume(client, {to: second, labels, from: {archive}, onProgress}, signal)
  t.deepEqual(await run(second, 'cat /data/deep/er/one "/data/a name/two"'), ['one', 'two'])
})
