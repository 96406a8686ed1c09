import {writeFile} from 'node:fs/promises'
import path from 'node:path'

import {execa} from 'execa'

import {median, ms} from '../statistics.ts'
import {askUntil} from './ask.ts'
import {startImm} from './imm.ts'
import {benchProject} from './project.ts'

interface Held {
  releases: number
  medianMs: number
  images: number
  containers: number
  running: number
  heldMb: number
  failed: number
}

const stands = 5

/** `npm run bench releases`: so many releases in a row, and what there is of them at each fifth. */
export const benchReleases = async (
  imm: string,
  image: string,
  count: number,
  say: (line: string) => void,
): Promise<string> => {
  await using project = await benchProject(10)
  await using running = await startImm(imm, image, project)
  const held: Held[] = []
  let times: number[] = []
  let failed = 0
  const lines = async (args: readonly string[]) => {
    const {stdout} = await execa('docker', [...args, '--filter', `label=imm.project=${project.name}`])
    return stdout.split('\n').filter((line) => line !== '').length
  }
  const options = {cwd: project.directory, env: running.env}
  const look = async (releases: number): Promise<void> => {
    const {stdout} = await execa(process.execPath, [imm, 'status', '--json'], options)
    const {disk} = JSON.parse(stdout.split('\n')[0] ?? '{}') as {disk?: {heldBytes: number}}
    held.push({
      releases,
      medianMs: median(times),
      images: await lines(['images', '-q']),
      containers: await lines(['ps', '-aq']),
      running: await lines(['ps', '-q']),
      heldMb: (disk?.heldBytes ?? 0) / 1e6,
      failed,
    })
    say(`  ${JSON.stringify(held.at(-1))}`)
    times = []
  }
  const perStand = Math.max(1, Math.ceil(count / stands))
  for (let release = 1; release <= count; release++) {
    const content = `release ${release} ${Math.random()}`
    const savedMs = performance.now()
    await writeFile(path.join(project.directory, 'src', 'greeting.txt'), `${content}\n`)
    failed += await askUntil(running.place, (text) => text.trim() === content)
    times.push(performance.now() - savedMs)
    if (release % perStand === 0 || release === count) await look(release)
  }
  const verified = await execa(process.execPath, [imm, 'history', '--verify'], {...options, reject: false})
  const rows = [held[0], held[Math.floor(held.length / 2)], held.at(-1)].filter((one) => one !== undefined)
  return [
    '| releases in a row | median | images | containers | of these running or paused | held beyond what must stay | failed requests |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map(
      (one) =>
        `| ${one.releases} | ${ms(one.medianMs)} | ${one.images} | ${one.containers} | ${one.running} | ${one.heldMb.toFixed(1)} MB | ${one.failed} |`,
    ),
    '',
    `\`imm history --verify\` after the last: exit code ${verified.exitCode}.`,
  ].join('\n')
}
