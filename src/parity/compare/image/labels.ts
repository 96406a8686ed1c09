import type {ImageSide} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {type Both, byName, rulesOf, unequal} from '../difference.ts'

const rule = rulesOf('image')

const labels = rule(
  'image.labels',
  'note',
  'A label of the image differs.',
  'Proxies, collectors of logs and orchestrators read labels. Set it alike, or switch the rule off for its name.',
)
const build = rule(
  'image.labels.build',
  'off',
  'A label that tells of the build differs.',
  'Revision, time, version and source are different with each build, and change nothing.',
)

export const labelRules = [labels, build]

/** Of the build, or written by the tool that built: they tell where an image is from, and nothing acts by them. */
const ofBuild = [
  'org.opencontainers.image.',
  'org.label-schema.',
  'imm.',
  'io.buildah.',
  'com.docker.compose.',
  'desktop.docker.io/',
]

export const compareLabels = ({a, b}: Both<ImageSide>, names: Both<string>): Finding[] =>
  byName(new Map(Object.entries(a.config.labels)), new Map(Object.entries(b.config.labels))).flatMap(([name, value]) =>
    unequal(
      ofBuild.some((prefix) => name.startsWith(prefix)) ? build : labels,
      name,
      `the label ${name}`,
      {a: shown(value.a), b: shown(value.b)},
      names,
    ),
  )

/** In quotes, so that an empty one is not one that is missing. */
const shown = (value: string | undefined): string => (value === undefined ? 'not set' : JSON.stringify(value))
