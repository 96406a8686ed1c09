const hidden = /<!--[^]*?-->|<(script|style|template|noscript|svg)\b[^>]*>[^]*?<\/\1\s*>/gi
const entities: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' '}

/** What people read of a page, piece by piece: a piece is what is between two tags. */
export const htmlPieces = (html: string): string[] =>
  html
    .replaceAll(hidden, '\u0000')
    .replaceAll(/<[^<>]*>/g, '\u0000')
    .split('\u0000')
    .map((piece) => collapsed(unescaped(piece)))
    .filter((piece) => piece !== '')

/** The lines of any other text. */
export const linePieces = (text: string): string[] => text.split('\n').map(collapsed)

const unescaped = (text: string): string =>
  text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,6}));/gi, (match, decimal, hex, name) => {
    if (name !== undefined) return entities[String(name).toLowerCase()] ?? match
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal)
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : match
  })

const collapsed = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

const changing: readonly RegExp[] = [
  /\b\d{4}-[01]\d-[0-3]\d[T ][0-2]\d:[0-5]\d(?::[0-6]\d(?:[.,]\d{1,9})?)?(?: ?(?:Z|[+-]\d\d:?\d\d|UTC))?/g,
  /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? (?:\d\d? \w{3}|\w{3} \d\d?) \d{4} \d\d:\d\d:\d\d(?: (?:GMT|UTC)(?:[+-]\d{4})?)?/g,
  /\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/gi,
  /\b(?:nonce|csrf|xsrf)[\w-]*["']?\s?[:=]\s?["']?[\w+/=-]+/gi,
]

/** Without times, ids and tokens. */
export const withoutChanging = (text: string): string =>
  changing.reduce((result, pattern) => result.replaceAll(pattern, '…'), text)
