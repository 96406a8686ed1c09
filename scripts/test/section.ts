/** Runs one part under a heading, with its time at the end. */
export const section = async <Result>(title: string, work: () => Promise<Result>): Promise<Result> => {
  console.log(`\n== ${title}`)
  const started = performance.now()
  const result = await work()
  console.log(`   ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return result
}
