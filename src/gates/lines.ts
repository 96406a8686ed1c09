import {StringDecoder} from 'node:string_decoder'

export interface LineSplitter {
  add: (chunk: Buffer | string) => void
  /** passes on what has no line break at its end */
  end(): void
}

// A program that never ends its line must not fill the memory.
const longestLine = 65_536

/** Passes an output on line by line, without their breaks. */
export const lineSplitter = (onLine: (text: string) => void): LineSplitter => {
  const decoder = new StringDecoder()
  let rest = ''
  return {
    add(chunk) {
      const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.write(chunk))).split(/\r?\n/)
      rest = lines.pop() ?? ''
      for (const line of lines) onLine(line)
      if (rest.length <= longestLine) return
      onLine(rest)
      rest = ''
    },
    end() {
      rest += decoder.end()
      if (rest !== '') onLine(rest)
      rest = ''
    },
  }
}
