import type {Output} from './held-output.ts'

/** Runs one part under a heading, with its time at the end. */
export const section = async <Result>(
  title: string,
  work: () => Promise<Result>,
  output: Output = process.stdout,
): Promise<Result> => {
  output.write(`\n== ${title}\n`)
  const started = performance.now()
  const result = await work()
  output.write(`   ${((performance.now() - started) / 1000).toFixed(1)} s\n`)
  return result
}
