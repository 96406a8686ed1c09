export interface Cache {
  /** `apt's package lists` */
  of: string
  directory: string
  /** what keeps it out of the image */
  next: string
}

const mounted = (directory: string) => `Use \`RUN --mount=type=cache,target=${directory}\` for it`

const table: readonly (readonly [of: string, pattern: RegExp, next: string | undefined])[] = [
  ["apt's package lists", /^(\/var\/lib\/apt\/lists)\/./, 'End the same RUN with `rm -rf /var/lib/apt/lists/*`'],
  ["apt's downloads", /^(\/var\/cache\/apt)\/./, 'End the same RUN with `apt-get clean`'],
  ["apk's index", /^(\/var\/cache\/apk|\/etc\/apk\/cache)\/./, 'Use `apk add --no-cache`'],
  ["dnf's cache", /^(\/var\/cache\/(?:dnf|yum|libdnf5))\/./, 'End the same RUN with `dnf clean all`'],
  ["pip's cache", /^(.*\/\.cache\/pip)\/./, 'Use `pip install --no-cache-dir`'],
  ["uv's cache", /^(.*\/\.cache\/uv)\/./, 'Use `uv sync --no-cache`'],
  ["npm's cache", /^(.*\/_cacache)\/./, 'End the same RUN with `npm cache clean --force`'],
  ["yarn's cache", /^(.*\/\.cache\/yarn|.*\/\.yarn\/berry\/cache)\/./, 'End the same RUN with `yarn cache clean`'],
  ["pnpm's store", /^(.*\/(?:\.pnpm-store|\.local\/share\/pnpm\/store))\/./, undefined],
  ["Go's build cache", /^(.*\/\.cache\/go-build|\/go\/pkg\/mod\/cache)\/./, undefined],
  ["cargo's registry", /^(.*\/\.?cargo\/registry)\/./, undefined],
  ["Bundler's downloads", /^(.*\/bundle\/(?:ruby\/[^/]+\/)?cache)\/./, undefined],
  ["composer's cache", /^(.*\/\.(?:composer\/cache|cache\/composer))\/./, undefined],
  ["Gradle's cache", /^(.*\/\.gradle\/caches)\/./, undefined],
]

/** The package manager's cache that a path is in. */
export const cacheOf = (path: string): Cache | undefined => {
  for (const [of, pattern, next] of table) {
    const directory = pattern.exec(path)?.[1]
    if (directory !== undefined) return {of, directory, next: next ?? mounted(directory)}
  }
  return undefined
}
