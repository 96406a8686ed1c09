import {isUtf8} from 'node:buffer'

const latin = /charset="?(?:iso-8859-1|latin1|us-ascii|windows-1252)/i

/** A body as text; undefined where it is none. */
export const bodyText = (body: Buffer, mimeType: string): string | undefined => {
  if (latin.test(mimeType)) return body.toString('latin1')
  // Zeros are in no text, and in nearly all else.
  return isUtf8(body) && !body.includes(0) ? body.toString('utf8') : undefined
}
