const longestShown = 80

/** A value for a message: as JSON, in one line, not too long. */
export const quoted = (value: unknown): string => {
  const text = JSON.stringify(value)
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text
}
