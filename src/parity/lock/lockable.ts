import type {ImageSide, SideFacts} from '../facts.ts'
import {withoutSecrets} from '../secrets/words.ts'

/** A side as a lock file may hold it: without the list of its files, and without what instructions of its history give away. */
export const lockable = ({image, run, web, ...rest}: SideFacts): SideFacts =>
  defined({
    ...rest,
    image: image && lockableImage(image),
    run,
    web: web && {...web, headers: sorted(web.headers)},
  })

const lockableImage = (image: ImageSide): ImageSide => ({
  ...image,
  layers: image.layers.map(({createdBy, ...layer}) => ({
    ...layer,
    ...(createdBy !== undefined && {createdBy: withoutSecrets(createdBy)}),
  })),
  config: {...image.config, labels: sorted(image.config.labels)},
  files: defined({
    digest: image.files.digest,
    count: image.files.count,
    directories: image.files.directories,
  }),
})

const sorted = (record: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)))

const defined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T
