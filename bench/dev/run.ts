import {execa} from 'execa'

import {median, ms} from '../statistics.ts'
import {table} from '../table.ts'
import {measureDependency, type Dependency} from './dependency.ts'
import {dockerCli} from './docker-cli.ts'
import {measureFloor, type Floor} from './floor.ts'
import {startImm, type RunningImm} from './imm.ts'
import {measureNodeWatch} from './node-watch.ts'
import {peersWith} from './peers.ts'
import {idlePercent, memoryMb} from './process.ts'
import {benchProject} from './project.ts'
import {measureSaves, type Saved} from './saves.ts'
import {measureSustained, type Stand} from './sustained.ts'

export interface DevOptions {
  imm: string
  image: string
  say: (line: string) => void
  /** files of the projects */
  sizes: readonly number[]
  /** measure what people use instead, too */
  peers: boolean
}

const small = 10
const large = 20_000
export const allSizes = [small, 1000, large, 100_000]
const saves = 20
const peerSaves = 7
const idleSeconds = 30
const stages = ['detect', 'snapshot', 'build', 'launch', 'verify', 'flip', 'total'] as const

interface Sized {
  files: number
  saved: Saved
  timings: Record<string, number>
  memoryMb: number
  dependency: Dependency | undefined
  idlePercent: number | undefined
}

/** `npm run bench dev`: how long a save takes until it is live, beside what people use instead, all in one run. */
export const benchDev = async ({imm, image, say, sizes, ...options}: DevOptions): Promise<string> => {
  const docker = await dockerCli(image)
  const sized: Sized[] = []
  const beside: {what: string; saved: Saved}[] = []
  for (const files of sizes) {
    say(`${files} files`)
    await using project = await benchProject(files)
    if (files === small) {
      say('  node --watch')
      beside.push({what: 'node --watch', saved: await measureNodeWatch(project, saves)})
    }
    await using running = await startImm(imm, image, project)
    const saved = await measureSaves(project.directory, running.place, saves)
    say(`  imm dev: ${ms(saved.medianMs)}, ${ms(saved.p95Ms)}`)
    const timings = mediansOf(running)
    let dependency: Dependency | undefined
    let idle: number | undefined
    const memory = await memoryMb(running.pid)
    if (files === large) idle = await idlePercent(running.pid, idleSeconds)
    if (docker !== undefined && (files === small || files === large)) {
      await using twin = await benchProject(files)
      dependency = await measureDependency(project, twin, {docker, image}, running)
      say(`  package.json: imm ${ms(dependency.immMs)}, docker ${ms(dependency.dockerMs)}`)
    }
    sized.push({files, saved, timings, memoryMb: memory, dependency, idlePercent: idle})
  }
  for (const peer of options.peers ? peersWith(docker ?? 'docker') : []) {
    await using project = await benchProject(small)
    try {
      await execa(peer.program, ['--version'])
      const saved = await peer.measure(project, image, peerSaves)
      say(`${peer.what}: ${ms(saved.medianMs)}`)
      beside.push({what: peer.what, saved})
    } catch (error) {
      say(`${peer.what} could not be measured here: ${(error as Error).message}`)
    }
  }
  say('the engine alone')
  await using project = await benchProject(small)
  return report(sized, beside, await measureFloor(project, image))
}

/** `npm run bench sustained`: an edit every two seconds for so long. */
export const benchSustained = async (
  {imm, image, say}: Pick<DevOptions, 'imm' | 'image' | 'say'>,
  minutes: number,
): Promise<string> => {
  await using project = await benchProject(small)
  await using running = await startImm(imm, image, project)
  const stands = await measureSustained(project, running, minutes, (stand) => say(`  ${JSON.stringify(stand)}`))
  return sustainedText(stands)
}

/** Of the last saves: the first builds in full. */
const mediansOf = ({events}: RunningImm): Record<string, number> => {
  const lives = events.filter(({type}) => type === 'live').slice(-10)
  return Object.fromEntries(stages.map((stage) => [stage, median(lives.map(({timings}) => timings?.[stage] ?? 0))]))
}

const report = (sized: readonly Sized[], beside: readonly {what: string; saved: Saved}[], floor: Floor): string => {
  const [first] = sized
  return [
    table(
      ['save to first answer', 'median', 'p95', 'failed requests', '`imm dev` takes of it'],
      [
        ...sized.map(({files, saved}) => [
          `\`imm dev\`, ${files.toLocaleString('en')} files`,
          ms(saved.medianMs),
          ms(saved.p95Ms),
          `${saved.failed} in ${saved.saves} saves`,
          files === small ? '' : `${ratio(saved.medianMs, first?.saved.medianMs)} the small one`,
        ]),
        ...beside.map(({what, saved}) => [
          `\`${what}\``,
          ms(saved.medianMs),
          ms(saved.p95Ms),
          `${saved.failed} in ${saved.saves} saves`,
          ratio(first?.saved.medianMs ?? Number.NaN, saved.medianMs),
        ]),
      ],
    ),
    table(
      ['where it goes, ms', ...stages],
      sized.map(({files, timings}) => [
        `${files.toLocaleString('en')} files`,
        ...stages.map((stage) => String(timings[stage])),
      ]),
    ),
    floorText(floor, first?.saved.medianMs),
    table(
      ['changed package.json', '`imm dev`, build', '`docker build`', 'ratio'],
      sized.flatMap(({files, dependency}) =>
        dependency
          ? [
              [
                `${files.toLocaleString('en')} files`,
                ms(dependency.immMs),
                ms(dependency.dockerMs),
                ratio(dependency.immMs, dependency.dockerMs),
              ],
            ]
          : [],
      ),
    ),
    ...sized
      .filter(({idlePercent: idle}) => idle !== undefined)
      .map(
        ({files, memoryMb: memory, idlePercent: idle}) =>
          `\`imm dev\` with ${files.toLocaleString('en')} files: ${Math.round(memory)} MB of memory after ${saves} saves, ${idle?.toFixed(2)} % of a core at rest.`,
      ),
  ].join('\n\n')
}

const ratio = (value: number, of: number | undefined) => (of === undefined ? '' : `${(value / of).toFixed(2)} x`)

const floorText = ({layerMs, startMs, answerMs}: Floor, savedMs: number | undefined): string => {
  const floorMs = layerMs + startMs + answerMs
  const above =
    savedMs === undefined ? '' : ` imm adds ${ms(savedMs - floorMs)} in all: noticing, snapshot, probe, proxy, flip.`
  return `The engine alone, in the same run: ${ms(layerMs)} for the layer, ${ms(startMs)} for the start, ${ms(answerMs)} until the application answers, together ${ms(floorMs)}.${above}`
}

const sustainedText = (stands: readonly Stand[]): string => {
  const rows = [stands[0], stands[Math.floor(stands.length / 2)], stands.at(-1)].filter((stand) => stand !== undefined)
  return table(
    ['an edit every 2 s, after', 'median', 'memory', 'images', 'containers', 'failed requests'],
    rows.map(({minutes, medianMs, memoryMb: memory, images, containers, failed}) => [
      `${Math.round(minutes)} min`,
      ms(medianMs),
      `${Math.round(memory)} MB`,
      String(images),
      String(containers),
      String(failed),
    ]),
  )
}
