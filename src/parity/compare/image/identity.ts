import type {ImageSide} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {withoutSecrets} from '../../secrets/words.ts'
import {type Both, difference, listed, rulesOf, unequal} from '../difference.ts'

const rule = rulesOf('image')

// What is rebuilt, pushed by another tool or split otherwise runs the same: these are for those who want one image, bit for bit.
const digest = rule(
  'image.digest',
  'off',
  'The images are not the same, bit for bit.',
  'Switch it on where the very image that was tested has to be the one that is deployed.',
)
const manifest = rule(
  'image.manifest',
  'off',
  'The manifests of the images differ.',
  'The same image has another manifest where its layers are compressed otherwise.',
)
const names = rule(
  'image.names',
  'off',
  'The images have other names.',
  'A name says where an image comes from, not what is in it.',
)
const created = rule(
  'image.created',
  'off',
  'The images were made at different times.',
  'The same source built an hour later is the same.',
)
const layers = rule(
  'image.layers',
  'off',
  'The layers of the images differ.',
  'Layers that come to the same files run the same; what their files differ in is told by the rules of `files`.',
)
const compression = rule(
  'image.compression',
  'off',
  'The layers are compressed otherwise.',
  'It changes what is pulled, not what runs.',
)
const history = rule(
  'image.history',
  'off',
  'The images were made by other instructions.',
  'What they come to is compared by itself. Switch it on to find a Dockerfile that was changed without effect.',
)

export const identityRules = [digest, manifest, names, created, layers, compression, history]

export const compareIdentity = ({a, b}: Both<ImageSide>, sides: Both<string>): Finding[] => [
  ...unequal(digest, 'image', 'the digest of the image', {a: a.id, b: b.id}, sides),
  ...(a.manifest === undefined || b.manifest === undefined
    ? []
    : unequal(manifest, 'image', 'the digest of the manifest', {a: a.manifest, b: b.manifest}, sides)),
  ...unequal(names, 'image', 'the name of the image', {a: listed(a.names), b: listed(b.names)}, sides),
  ...unequal(created, 'image', 'the time of the image', {a: a.created ?? 'unknown', b: b.created ?? 'unknown'}, sides),
  ...compareLayers({a, b}, sides),
]

const compareLayers = ({a, b}: Both<ImageSide>, sides: Both<string>): Finding[] => {
  const same = (of: (layer: ImageSide['layers'][number]) => string) =>
    a.layers.map(of).join('\n') === b.layers.map(of).join('\n')
  const tell = (which: typeof layers, message: string) => [difference(which, {subject: 'layers', message})]
  return [
    ...(same(({diffId}) => diffId)
      ? []
      : tell(
          layers,
          `of the ${a.layers.length} layers of ${sides.a}, ${sides.b} has ${shared(a, b)} among its ${b.layers.length}`,
        )),
    ...(same((layer) => layer.compression)
      ? []
      : tell(compression, `the layers of ${sides.a} are compressed by ${by(a)} and those of ${sides.b} by ${by(b)}`)),
    ...(same(({createdBy}) => withoutSecrets(createdBy ?? ''))
      ? []
      : tell(history, `${sides.a} was made by other instructions than ${sides.b}`)),
  ]
}

const shared = (a: ImageSide, b: ImageSide): number => {
  const known = new Set(b.layers.map(({diffId}) => diffId))
  return a.layers.filter(({diffId}) => known.has(diffId)).length
}

const by = ({layers: all}: ImageSide): string => listed(new Set(all.map((layer) => layer.compression)))
