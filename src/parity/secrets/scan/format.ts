/** A form of secrets that is known, and how it is found in text. */
export interface Format {
  /** `GitHub token`: what people call it */
  kind: string
  /** of four characters each, one of which is in every match */
  literals: readonly string[]
  /** bytes around the literal that are looked at */
  before: number
  after: number
  /** global; the group `value` is the secret, else all of the match is */
  pattern: RegExp
  /** whether it is looked for in what comes as a library, too: these have samples in their tests and documentation */
  vendored: boolean
  accepts?: ((value: string) => boolean) | undefined
  /** nothing of it is shown */
  secretive?: boolean | undefined
  /** the files that it is looked for in; all where left out */
  files?: RegExp | undefined
}
