import {everywhere} from './formats.ts'
import {type Match, matchesIn, type Secret} from './text.ts'

/** The secrets in a line of text that is of no file: an instruction, a message. */
export const secretsInWords = (text: string): Secret[] => matchesOf(text).map(({kind, shown}) => ({kind, shown}))

/** The text as it may be printed. */
export const withoutSecrets = (text: string): string => {
  const bytes = Buffer.from(text)
  let at = 0
  const kept: string[] = []
  for (const {from, to, shown} of matchesOf(text)) {
    kept.push(bytes.toString('utf8', at, from), shown)
    at = to
  }
  return [...kept, bytes.toString('utf8', at)].join('')
}

const matchesOf = (text: string): Match[] =>
  matchesIn(Buffer.from(text), everywhere, ({files}) => files === undefined || files.test('/words'))
