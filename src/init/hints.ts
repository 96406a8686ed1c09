/** What source code says about where it answers. Guesses from text: a wrong one is one line to correct in what `imm init` wrote. */
export interface Hint<T> {
  value: T
  /** `server.js:12`; `usual` where nothing says it */
  source: string
}

// The first that matches wins, so from the most to the least telling.
const portPatterns = [
  // process.env.PORT || 3000, os.environ.get("PORT", "8000"), ENV.fetch("PORT", 4567), ${PORT:-8080}
  /\bPORT\b["'\])}]*\s*(?:\|\||\?\?|,|or|:-)\s*["']?(\d{2,5})\b/,
  // .listen(3000), PORT=3000, port: 3000, port = "8080"
  /\blisten\(\s*(\d{2,5})\b/,
  /\bport\b["']?\s*(?::=|[:=])\s*["']?(\d{2,5})\b/i,
  // --port 3000, -p 3000
  /(?:^|\s)(?:--port|-p)[ =](\d{2,5})\b/,
  // ":8080", "0.0.0.0:8080"
  /["'`](?:[\d.]+|localhost|\[::\])?:(\d{2,5})["'`]/,
  // ("0.0.0.0", 8000)
  /\(\s*["'][\w.:]*["']\s*,\s*(\d{2,5})\s*\)/,
]

const healthPattern =
  /["'](?:(?:GET|HEAD) )?(\/(?:health|healthz|livez|readyz|_health|api\/health|health\/(?:live|ready)))["']/

/** The port that a text seems to listen on. */
export const portHint = (text: string, file: string): Hint<number> | undefined => {
  for (const pattern of portPatterns) {
    const match = pattern.exec(text)
    const port = Number(match?.[1])
    if (match && port > 0 && port < 65_536) return {value: port, source: at(text, match, file)}
  }
  return undefined
}

/** The path of a health check that a text seems to answer. */
export const healthHint = (text: string, file: string): Hint<string> | undefined => {
  const match = healthPattern.exec(text)
  return match?.[1] === undefined ? undefined : {value: match[1], source: at(text, match, file)}
}

const at = (text: string, match: RegExpExecArray, file: string): string =>
  `${file}:${text.slice(0, match.index + match[0].length).split('\n').length}`
