/** An error of the operating system with one of these codes (ENOENT, ECONNREFUSED...). */
export const isSystemError = (error: unknown, ...codes: readonly string[]): error is NodeJS.ErrnoException =>
  error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? '')
