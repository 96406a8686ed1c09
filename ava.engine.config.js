import unit from './ava.config.js'

/** Tests on a real engine: one after the other, because each brings containers, builds and traffic of its own. */
export default {
  ...unit,
  files: ['test/contract/**/*.test.ts', 'test/e2e/**/*.test.ts'],
  concurrency: 1,
  serial: true,
  timeout: '180s',
}
