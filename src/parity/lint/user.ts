import type {SideFacts} from '../facts.ts'
import type {Finding} from '../report/finding.ts'
import {find} from './find.ts'

/** Names, numbers, and either with a group behind it. */
const root = /^(?:root|0)?(?::.*)?$/

export const userFindings = ({image, run}: SideFacts): Finding[] => {
  const user = run?.config.user ?? image?.config.user
  if (user === undefined || !root.test(user)) return []
  const how = user === '' ? 'no USER is set' : `USER is ${user}`
  return [
    find('lint.user.root', 'user', {
      message: `the application runs as root: ${how}`,
      a: user || 'root',
      next: next(image?.config.user ?? ''),
    }),
  ]
}

const next = (ofImage: string): string =>
  root.test(ofImage)
    ? 'Add a user in the Dockerfile, and end with `USER NAME`; images of Node.js have `node`'
    : `Take away what overrides the image's own user, ${ofImage}`
