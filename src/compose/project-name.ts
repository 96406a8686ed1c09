import path from 'node:path'

/** The name that Compose gives the application in a directory: lower case, without what a name can't have. */
export const projectSlug = (directory: string): string =>
  path
    .basename(directory)
    .toLowerCase()
    .replaceAll(/[^-_a-z0-9]/g, '')
    .replace(/^[-_]+/, '') || 'app'
