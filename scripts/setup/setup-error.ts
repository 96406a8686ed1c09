/** The set-up cannot go on, and the lines say why and what helps. Printed without a stack. */
export class SetupError extends Error {
  override readonly name = 'SetupError'
  readonly lines: readonly string[]

  constructor(lines: readonly string[], options?: ErrorOptions) {
    super(lines.join('\n'), options)
    this.lines = lines
  }
}
