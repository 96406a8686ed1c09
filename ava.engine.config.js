import unit from './ava.config.js'

/** Tests on a real engine: two files at once, which wait for it more than they compute; one test after the other in each. */
export default {
  ...unit,
  files: ['test/contract/**/*.test.ts', 'test/e2e/**/*.test.ts'],
  concurrency: 2,
  timeout: '180s',
}
