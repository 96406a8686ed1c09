import path from 'node:path'

/** Where a secret or config is, in the container. */
export const placeOf = (
  directory: string,
  {source = '', target = source}: {source?: string | undefined; target?: string | undefined},
): string => path.posix.resolve(directory, target)
