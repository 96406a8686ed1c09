let line = ''
let validUntilMs = 0

/** The Date field for an answer without one (RFC 9110 6.6.1), made once a second. */
export const dateLine = (): string => {
  const nowMs = Date.now()
  // The clock may have been set back.
  if (nowMs >= validUntilMs || nowMs < validUntilMs - 1000) {
    line = `Date: ${new Date(nowMs).toUTCString()}\r\n`
    validUntilMs = nowMs - (nowMs % 1000) + 1000
  }
  return line
}
