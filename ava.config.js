import {reportRun} from './scripts/test/observe.mjs'

/** Tests without a container engine: many at once. The others are in ava.engine.config.js; `npm test` runs both. */
export default {
  files: ['test/**/*.test.ts', '!test/e2e/**', '!test/contract/**'],
  extensions: ['ts'],
  nodeArguments: ['--disable-warning=ExperimentalWarning'],
  environmentVariables: {NO_COLOR: '1'},
  timeout: '120s',
  nonSemVerExperiments: {observeRunsFromConfig: true},
  observeRun: reportRun,
}
