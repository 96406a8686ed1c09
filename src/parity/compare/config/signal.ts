/** Of Linux, on every architecture that images are built for; containers have no others. */
const names =
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'.split(
    ' ',
  )

const others: Readonly<Record<string, string>> = {IOT: 'ABRT', CLD: 'CHLD', POLL: 'IO', UNUSED: 'SYS'}
const firstOfRealTime = 34

/** By its name, however it is written; nothing is SIGTERM. */
export const signalOf = (signal: string): string => {
  const name = signal.trim().toUpperCase().replace(/^SIG/, '') || 'TERM'
  if (/^\d+$/.test(name)) return byNumber(Number(name))
  return `SIG${others[name] ?? name.replace(/^(RTMIN)\+0$/, '$1')}`
}

const byNumber = (number: number): string => {
  const above = number - firstOfRealTime
  return above >= 0 ? `SIGRTMIN${above === 0 ? '' : `+${above}`}` : `SIG${names[number - 1] ?? number}`
}
