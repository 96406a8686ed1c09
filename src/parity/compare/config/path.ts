import path from 'node:path'

/** `/app/` is `/app`, and nothing is the root. */
export const plainPath = (text: string): string => path.posix.normalize(text || '/').replace(/(?<=.)\/+$/, '')
