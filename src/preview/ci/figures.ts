const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Powers of 1000, as `docker images` counts: `512 B`, `1.5 kB`, `130 MB`. */
export const size = (count: number): string => {
  let value = Math.abs(count)
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value.toFixed(unit === 0 || value >= 9.95 ? 0 : 1)} ${units[unit]}`
}

/** `+1.5 MB`, `-20 kB`, `same size` */
export const sizeChange = (difference: number): string => {
  if (difference === 0) return 'same size'
  return `${difference > 0 ? '+' : '-'}${size(difference)}`
}

/** `2 layers` */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
