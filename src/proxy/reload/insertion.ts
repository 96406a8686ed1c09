import type {BodyFilter} from '../pass.ts'

const [lt, gt, bang, dash, equals, slash] = Buffer.from('<>!-=/')
const quotes: readonly (number | undefined)[] = [...Buffer.from('\'"')]
const utf8Mark = Buffer.from([0xef, 0xbb, 0xbf])

type State = 'start' | 'mark' | 'between' | 'open' | 'comment' | 'declaration' | 'tag' | 'done'

/**
 * Puts a tag into an HTML page at the first place where it may stand: after doctype, comments, <html> and <head>, before all else. So it comes
 * before a <base> or a policy in the page, and nothing needs to be read ahead but the name of a tag. Follows the tokenizer of HTML 13.2.5 that
 * far; UTF-16 is left alone.
 */
export const createInsertion = (tag: string): Required<Pick<BodyFilter, 'pass' | 'end'>> => {
  const inserted = Buffer.from(tag)
  let state: State = 'start'
  /** bytes of what may turn out to come after the tag */
  let held: number[] = []
  let isHead = false
  let quote: number | undefined
  let afterEquals = false
  let dashes = 0
  let commentBytes = 0
  let afterBang = false

  /** True where the tag is to go before what is held and this byte. */
  const step = (byte: number): boolean => {
    switch (state) {
      case 'start':
        if (byte === 0xfe || byte === 0xff) state = 'done'
        else if (byte === utf8Mark[0]) hold('mark', byte)
        else return between(byte)
        return false
      case 'mark':
        if (byte !== utf8Mark[held.length]) return true
        hold('mark', byte)
        if (held.length === utf8Mark.length) settle('between')
        return false
      case 'between':
        return between(byte)
      case 'open':
        return open(byte)
      case 'comment':
        comment(byte)
        return false
      case 'declaration':
        if (byte === gt) state = 'between'
        return false
      case 'tag':
        inTag(byte)
        return false
      case 'done':
        return false
      default:
        return state satisfies never
    }
  }

  const hold = (next: State, byte: number): void => {
    state = next
    held.push(byte)
  }
  const settle = (next: State): void => {
    state = next
    held = []
  }
  const between = (byte: number): boolean => {
    state = 'between'
    if (isSpace(byte)) return false
    if (byte === lt) hold('open', byte)
    return byte !== lt
  }
  const open = (byte: number): boolean => {
    const [, second] = held
    if (second === undefined) {
      if (byte === bang || isLetter(byte, 'h')) hold('open', byte)
      else if (byte === 0x3f) settle('declaration')
      else return true
      return false
    }
    if (second === bang) {
      if (byte === dash && held.length === 2) hold('open', byte)
      else if (byte === dash) {
        settle('comment')
        dashes = commentBytes = 0
        afterBang = false
      } else {
        settle('declaration')
        step(byte)
      }
      return false
    }
    const name = String.fromCharCode(...held.slice(1)).toLowerCase()
    if (name !== 'html' && name !== 'head') {
      const longer = name + String.fromCharCode(byte).toLowerCase()
      if (!'html'.startsWith(longer) && !'head'.startsWith(longer)) return true
      hold('open', byte)
      return false
    }
    if (!isSpace(byte) && byte !== gt && byte !== slash) return true
    settle('tag')
    isHead = name === 'head'
    quote = undefined
    afterEquals = false
    inTag(byte)
    return false
  }
  const comment = (byte: number): void => {
    // `<!-->` and `<!--->` are whole comments.
    if (byte === gt && (dashes >= 2 || afterBang || commentBytes === dashes)) state = 'between'
    afterBang = byte === bang && dashes >= 2
    dashes = byte === dash ? dashes + 1 : 0
    commentBytes++
  }
  /** 'done' with a head that has ended: the tag goes after this byte. */
  const inTag = (byte: number): void => {
    if (quote !== undefined) {
      if (byte === quote) quote = undefined
    } else if (byte === gt) state = isHead ? 'done' : 'between'
    else if (afterEquals && quotes.includes(byte)) {
      quote = byte
      afterEquals = false
    } else afterEquals = byte === equals || (afterEquals && isSpace(byte))
  }

  return {
    pass(chunk) {
      if (state === 'done') return chunk
      const before = Buffer.from(held)
      for (let at = 0; at < chunk.length; at++) {
        const heldBefore = held.length
        const wasInHead = state === 'tag' || state === 'open'
        const isHere = step(chunk[at] as number)
        if (isHere) {
          state = 'done'
          // What is held is at the end of what was seen: of this chunk, or of the ones before.
          const all = Buffer.concat([before, chunk])
          const place = before.length + at - heldBefore
          held = []
          return Buffer.concat([all.subarray(0, place), inserted, all.subarray(place)])
        }
        if ((state as State) !== 'done') continue
        const head = chunk.subarray(0, at + 1)
        const rest = chunk.subarray(at + 1)
        return Buffer.concat([before, head, ...(wasInHead ? [inserted] : []), rest])
      }
      const all = Buffer.concat([before, chunk])
      return all.subarray(0, all.length - held.length)
    },
    end() {
      const rest = Buffer.from(held)
      const isPlace = state === 'between' || state === 'open' || state === 'mark'
      settle('done')
      return isPlace ? Buffer.concat([inserted, rest]) : rest
    },
  }
}

const isSpace = (byte: number): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0x0c

const isLetter = (byte: number, letter: string): boolean => String.fromCharCode(byte).toLowerCase() === letter
