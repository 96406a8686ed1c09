import {credentials} from './credentials.ts'
import {scannerOf} from './text.ts'
import {tokens} from './tokens.ts'

const formats = [...tokens, ...credentials]

export const everywhere = scannerOf(formats)
/** For what comes as a library. */
export const vendoredOnly = scannerOf(formats.filter(({vendored}) => vendored))
