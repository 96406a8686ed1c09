import type {ImageSide} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {type Both, difference, rulesOf, unequal} from '../difference.ts'

const rule = rulesOf('image')

const platform = rule(
  'image.platform',
  'error',
  'The images are for different platforms.',
  'One side runs by emulation or not at all, and every program differs. Build for the platform of staging (`--platform`).',
)
const size = rule(
  'image.size',
  'note',
  'One image is larger by a tenth and 10 MB, or more.',
  'It starts later where it is pulled first. `imm lint` finds caches and what a later layer deletes.',
)

export const imageRules = [platform, size]

const megabyte = 1e6
const notable = {bytes: 10 * megabyte, part: 0.1}

export const compareImage = ({a, b}: Both<ImageSide>, names: Both<string>): Finding[] => [
  ...unequal(platform, 'platform', 'the platform', {a: withoutUsual(a.platform), b: withoutUsual(b.platform)}, names),
  ...compareSize(a.size, b.size, names),
]

/** The variants that the architecture by itself means (as containerd has it): who leaves them out and who names them mean the same. */
const withoutUsual = (of: string): string =>
  of.replace(/^([^/]+\/(?:arm64(?=\/v8$)|amd64(?=\/v1$)|arm(?=\/v7$)))\/.*$/, '$1')

const compareSize = (a: number, b: number, names: Both<string>): Finding[] => {
  const more = Math.abs(a - b)
  if (more < notable.bytes || more < Math.min(a, b) * notable.part) return []
  const [larger, smaller] = a > b ? [names.a, names.b] : [names.b, names.a]
  return [
    difference(size, {
      subject: 'size',
      message: `${larger} is larger than ${smaller} by ${megabytes(more)}`,
      a: megabytes(a),
      b: megabytes(b),
    }),
  ]
}

const megabytes = (bytes: number): string => `${Math.round(bytes / megabyte)} MB`
