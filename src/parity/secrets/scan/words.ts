import {everywhere} from './formats.ts'
import {matchesIn, type Secret} from './text.ts'

/** The secrets in a line of text that is of no file: an instruction, a message. */
export const secretsInWords = (text: string): Secret[] =>
  matchesIn(Buffer.from(text), everywhere, ({files}) => files === undefined || files.test('/words')).map(
    ({kind, shown}) => ({kind, shown}),
  )
