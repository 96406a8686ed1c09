import {z} from 'zod'

// One fact is one line of words. A word that has a blank in it, or is empty, would be two or none.
const unsafe = /[%\s\p{Cc}]/gu
const empty = '%'

export const encodeWord = (word: string): string =>
  word === '' ? empty : word.replaceAll(unsafe, (char) => encodeURIComponent(char))

export const decodeWord = (word: string): string => (word === empty ? '' : decodeURIComponent(word))

/** A list of facts, one line each. */
export const lines = <T>(
  expected: string,
  decode: (words: readonly string[]) => T | undefined,
  encode: (fact: T) => readonly (string | number)[],
) =>
  z.array(
    z.codec(z.string(), z.custom<T>(), {
      decode(line, context) {
        const fact = decodeLine(line, decode)
        if (fact !== undefined) return fact
        context.issues.push({code: 'custom', input: line, message: `expected ${expected}`})
        return z.NEVER
      },
      encode: (fact) =>
        encode(fact)
          .map((word) => encodeWord(String(word)))
          .join(' '),
    }),
  )

const decodeLine = <T>(line: string, decode: (words: readonly string[]) => T | undefined): T | undefined => {
  try {
    return decode(line.split(' ').map(decodeWord))
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}
