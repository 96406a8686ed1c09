import type {ImageFacts} from '../image/image.ts'

/**
 * What a file was reduced to while the image was read, or a problem; undefined where it had nothing to say. It was written by a reduction,
 * not by the image: who asks knows by which, and what it is.
 */
export const valueAt = (image: Pick<ImageFacts, 'content'>, path: string): unknown => {
  const content = image.content(path)
  return content === undefined ? undefined : JSON.parse(content.toString('utf8'))
}
