/** Whether a Host header is what RFC 9110 7.2 allows and is used: a registered name, an IPv4 or a bracketed IPv6 address, and a port. */
export const isHost = (header: string): boolean => /^(?:[\w.~%-]*|\[[\da-fA-F:.]+\])(?::\d{0,5})?$/.test(header)

/** The name in a Host header (RFC 9110 7.2) as routes are keyed: lower case, without port and trailing dot, IPv6 without brackets. */
export const hostName = (header: string): string => {
  let name = header
  if (name.startsWith('[')) {
    const end = name.indexOf(']')
    return end < 0 ? '' : name.slice(1, end).toLowerCase()
  }
  const colon = name.indexOf(':')
  if (colon >= 0) name = name.slice(0, colon)
  if (name.endsWith('.')) name = name.slice(0, -1)
  return name.toLowerCase()
}

/**
 * Whether a Host header can only mean this machine: `localhost` and below (RFC 6761 6.3), 127.0.0.0/8, ::1. A page of a foreign name
 * that was made to resolve here (DNS rebinding) has another one.
 */
export const isLoopbackHost = (header: string): boolean => {
  const name = hostName(header)
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(?:\.\d{1,3}){3}$/.test(name)
}

/** Whether an address is of this machine alone. */
export const isLoopbackAddress = (address: string): boolean => address === '::1' || address.startsWith('127.')
