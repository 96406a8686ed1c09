import type {Image, Instance} from '../lifecycle/ports.ts'
import type {SettingDifference} from './difference.ts'

/** What a release's name and labels say of its image, and what it is. */
export interface ImageFacts {
  instance: Pick<Instance, 'image' | 'labels'>
  /** the container's; undefined where the engine has it no more */
  image: Pick<Image, 'labels'> | undefined
  /** name of the release's image */
  reference: string
  /** what has that name now */
  named: Pick<Image, 'id'> | undefined
}

export const imageDifferences = ({instance, image, reference, named}: ImageFacts): SettingDifference[] => {
  const found: SettingDifference[] = []
  if (named === undefined) found.push(differ(`${reference} names it`, 'the name is gone'))
  else if (named.id !== instance.image)
    found.push(differ(`${reference} names ${short(instance.image)}`, `it names ${short(named.id)}`))
  if (image === undefined) found.push(differ(short(instance.image), 'the engine has it no more'))
  else if (image.labels['imm.snapshot'] !== instance.labels['imm.snapshot'])
    found.push(
      differ(`made of snapshot ${short(instance.labels['imm.snapshot'])}`, `of ${short(image.labels['imm.snapshot'])}`),
    )
  return found
}

const differ = (expected: string, actual: string): SettingDifference => ({
  kind: 'setting',
  key: 'image',
  expected,
  actual,
})

/** As people compare digests. */
const short = (digest: string | undefined): string => (digest || 'none').replace(/^sha256:/, '').slice(0, 12)
