import {matchesGlob} from 'node:path'

export interface Suite {
  title: string
  config: string
  args: readonly string[]
  /** what fails is run again by itself before it counts as failed */
  again?: true
}

const onEngine = ['test/contract/**', 'test/e2e/**']

/** Which of the two AVA runs gets which arguments: files go to the one they belong to, all else to both. */
export const planSuites = (args: readonly string[]): Suite[] => {
  const files = args.filter((arg) => isFile(arg)).map((arg) => arg.replace(/^\.\//, ''))
  const options = args.filter((arg) => !isFile(arg))
  const unit: Suite = {
    title: 'unit and architecture tests',
    config: 'ava.config.js',
    args: [...options, ...files.filter((file) => !belongs(file))],
  }
  const engine: Suite = {
    title: 'contract and end-to-end tests',
    config: 'ava.engine.config.js',
    args: [...options, ...files.filter(belongs)],
  }
  if (args.length === 0) return [unit, {...engine, again: true}]
  if (files.length === 0) return [unit, engine]
  return [unit, engine].filter(({args: own}) => own.length > options.length)
}

/** Images of servers take ten seconds each where they are missing: only tests of Compose projects need them. */
export const needServers = (args: readonly string[]): boolean => {
  const files = args.filter((arg) => isFile(arg))
  return files.length === 0 || files.some((file) => file.includes('compose') || file.includes('*'))
}

const isFile = (arg: string): boolean => /^(?:\.\/)?test\//.test(arg)

const belongs = (file: string): boolean =>
  // AVA takes line numbers behind a colon.
  onEngine.some((pattern) => matchesGlob(file.replace(/:[\d,-]+$/, ''), pattern))

/** One file after the other, with nothing beside it. */
export const alone = ({title, config}: Suite, files: readonly string[]): Suite => ({
  title: `${title} that failed, again and by themselves`,
  config,
  args: ['--concurrency', '1', ...files],
})
