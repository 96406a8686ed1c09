export default {
  files: ['test/**/*.test.ts'],
  extensions: ['ts'],
  nodeArguments: ['--disable-warning=ExperimentalWarning'],
  environmentVariables: {NO_COLOR: '1'},
  timeout: '120s',
}
