// More at once only makes an engine's answers slower.
const atOnce = 8

/** Does it for all, a few at once; the first failure is the answer. */
export const eachOf = async <T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> => {
  const rest = items.values()
  const work = async () => {
    for (const item of rest) await act(item)
  }
  await Promise.all(Array.from({length: atOnce}, work))
}
