/** Sends a signal to all processes of a group; fine where none is left. */
export const killGroup = (leader: number, signal: NodeJS.Signals): void => {
  try {
    // Windows has no groups of processes.
    process.kill(process.platform === 'win32' ? leader : -leader, signal)
  } catch (error) {
    // EPERM: macOS says so of those that have ended and are not yet reaped.
    const {code} = error as NodeJS.ErrnoException
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}
