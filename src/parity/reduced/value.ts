import type {ImageFacts} from '../image/image.ts'
import type {Problem} from './problem.ts'

/** What a file was reduced to while the image was read; undefined where it had nothing to say. */
export const valueAt = <T>(image: Pick<ImageFacts, 'content'>, path: string): T | Problem | undefined => {
  const content = image.content(path)
  // Written by a reduction, not by the image.
  return content === undefined ? undefined : (JSON.parse(content.toString('utf8')) as T | Problem)
}
