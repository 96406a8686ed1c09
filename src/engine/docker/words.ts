/** A command or entrypoint as words; Podman states an entrypoint as one text where it has one word. */
export const wordsOf = (words: string | readonly string[] | null | undefined): readonly string[] =>
  typeof words === 'string' ? [words].filter(Boolean) : (words ?? [])
