import type {Holder} from './found.ts'

/** Where shared libraries of a program are: beside its directory, in Debian's `x86_64-linux-gnu` too. */
export const libraryDirectories = (image: Holder, prefix: string): string[] => [
  `${prefix}/lib`,
  `${prefix}/lib64`,
  ...image.tree
    .list(`${prefix}/lib`)
    .filter((name) => /^\w+-linux-\w+$/.test(name))
    .map((name) => `${prefix}/lib/${name}`),
]
