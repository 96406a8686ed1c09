import type {SideFacts} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {type Both, rulesOf, unequal} from '../difference.ts'

const rule = rulesOf('run')

const image = rule(
  'run.image',
  'error',
  'It is run from an image of another name, and the images themselves could not be compared.',
  'Deploy the image that was tested, by its digest. Where the registry alone differs, give both images themselves (`image:` or `archive:`).',
)

export const runImageRules = [image]

/** Names are compared only where nothing better is known: what is in two images says more. */
export const compareRunImage = ({a, b}: Both<SideFacts>, names: Both<string>): Finding[] => {
  const [left, right] = [a.run?.image, b.run?.image]
  if ((a.image !== undefined && b.image !== undefined) || left === undefined || right === undefined) return []
  return unequal(image, 'image', 'the image', {a: plain(left), b: plain(right)}, names)
}

/** Whether both are run from an image of one name, whatever that holds: what they leave to it is the same. */
export const isOneImage = ({a, b}: Both<SideFacts>): boolean =>
  a.run?.image !== undefined && b.run?.image !== undefined && plain(a.run.image) === plain(b.run.image)

/** `shop` is `docker.io/library/shop:latest`; a digest says all, whatever the tag. */
const plain = (reference: string): string => {
  const [name = '', digest] = reference
    .replace(/^docker\.io\//, '')
    .replace(/^library\//, '')
    .split('@')
  const tagged = name.lastIndexOf(':') > name.lastIndexOf('/')
  if (digest !== undefined) return `${tagged ? name.slice(0, name.lastIndexOf(':')) : name}@${digest}`
  return tagged ? name : `${name}:latest`
}
