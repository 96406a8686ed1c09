/** The values that were taken out: wherever else they are, they go, too. */
export interface Found {
  /** typed by a person, or so short that it may be a word as well, where it is a secret by its name */
  add(value: string): void
  readonly values: ReadonlySet<string>
}

const most = 1000
const shortest = 6

export const foundValues = (): Found => {
  const values = new Set<string>()
  return {
    add(value) {
      if (value.length >= shortest && values.size < most) values.add(value)
    },
    values,
  }
}

/** Of a cookie or a header only what is no word: `de` of `language=de` is in every text. */
export const isTelling = (value: string): boolean =>
  value.length >= 16 || (value.length >= 8 && /\d/.test(value) && /[A-Za-z]/.test(value))
