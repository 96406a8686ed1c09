/** How many files and sockets this process may have open (`ulimit -n`; Node raises the soft limit to the hard one). */
export const openFiles = (): number => {
  limit ??= readLimit()
  return limit
}

let limit: number | undefined

const whereUnlimited = 65_536

const readLimit = (): number => {
  // Looking up the names of all peers would take its time.
  Object.assign(process.report, {excludeNetwork: true})
  const {userLimits} = process.report.getReport() as {userLimits?: {open_files?: {soft?: number | string}}}
  const soft = userLimits?.open_files?.soft
  return typeof soft === 'number' ? Math.min(soft, whereUnlimited) : whereUnlimited
}
