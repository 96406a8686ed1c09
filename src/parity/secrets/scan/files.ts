import {extname} from 'node:path/posix'

/** Files that hold no text, whatever is in them. */
const binary = new Set(
  'so a o ko pyc pyo class jar war whl egg zip gz tgz bz2 xz zst br 7z png jpg jpeg gif webp ico bmp tiff avif svgz pdf woff woff2 ttf otf eot mp3 mp4 ogg webm wasm node exe dll mo gmo db sqlite cache dat bin pack idx'
    .split(' ')
    .map((each) => `.${each}`),
)

/** What a distribution or a language's packages bring. Not all of it: nginx serves from /usr/share, and much is put to /usr/src/app. */
const vendored =
  /^\/(?:usr\/(?:share\/(?!nginx\/html)|lib(?:64|exec)?\/|include\/|s?bin\/|local\/(?:lib|include|share|go)\/)|lib(?:64)?\/|s?bin\/|var\/lib\/(?:dpkg|apt|rpm)\/)|\/(?:node_modules|site-packages|dist-packages|gems|pkg\/mod|vendor|\.pnpm|\.yarn|_cacache)\//

/** Where programs have secrets that open nothing. */
const samples =
  /\/(?:tests?|testing|__tests__|testdata|fixtures?|examples?|samples?|specs?|docs?|certdata|man|locale|zoneinfo|i18n)\/|\.(?:md|markdown|rst|map|test\.\w+|spec\.\w+)$/i

export interface Looked {
  /** tests, documentation, and what others made: forms that samples have as well are not looked for in it */
  vendored: boolean
}

export const isVendored = (path: string): boolean => vendored.test(path)

/** Whether to look into a file; undefined where it can have nothing of anybody's own. */
export const lookInto = (path: string): Looked | undefined => {
  if (binary.has(extname(path).toLowerCase())) return undefined
  const comes = isVendored(path)
  const isSample = samples.test(path)
  return comes && isSample ? undefined : {vendored: comes || isSample}
}
