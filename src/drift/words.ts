import type {Difference, FileAspect} from './difference.ts'

/** A difference for people: what it is about in one word, and the rest. */
export const wordsOf = (difference: Difference): {about: string; text: string} => {
  if (difference.kind === 'setting')
    return {about: difference.key, text: `${difference.expected}, now ${difference.actual}`}
  const {kind, path, node, below, what} = difference
  const name = node === 'directory' ? `${path}/` : path
  const notes = [
    ...(node === 'file' || node === 'directory' ? [] : [nounOf(node)]),
    ...(below > 0 ? [`${below} ${below === 1 ? 'path' : 'paths'} in it`] : []),
    ...what.map(aspectText),
  ]
  return {about: kind, text: notes.length === 0 ? name : `${name} (${notes.join('; ')})`}
}

const nounOf = (node: string): string => (node === 'other' ? 'device or socket' : node)

const aspectText = ({aspect, before, after}: FileAspect): string => {
  switch (aspect) {
    case 'content':
      return 'content'
    case 'entries':
      return "deleted and made anew, without the image's content"
    case 'kind':
      return `a ${nounOf(before)} in the image`
    case 'target':
    case 'mode':
    case 'owner':
      return `${aspect} ${before}, now ${after}`
    default:
      return aspect satisfies never
  }
}
