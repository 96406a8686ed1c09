import unit from './ava.config.js'

// Begun first, so that no worker is left alone with one of them at the end.
const longest = [
  'e2e/compose-shop',
  'e2e/compose-queue',
  'contract/engine-podman',
  'e2e/killed',
  'e2e/rejected',
  'e2e/traffic',
  'e2e/build',
  'e2e/compose-volume',
]

/** @param {string} file */
const rank = (file) => {
  const found = longest.findIndex((name) => file.endsWith(`${name}.test.ts`))
  return found === -1 ? longest.length : found
}

/**
 * Tests on a real engine: two files at once, which wait for it more than they compute. Within a file one test after the other, by
 * test/support/one-by-one.ts: with `serial` here AVA would run one file after the other as well.
 */
export default {
  ...unit,
  files: ['test/contract/**/*.test.ts', 'test/e2e/**/*.test.ts'],
  concurrency: 2,
  sortTestFiles: (/** @type {string} */ a, /** @type {string} */ b) => rank(a) - rank(b) || a.localeCompare(b),
  timeout: '180s',
}
