export interface ListeningPort {
  port: number
  /** only 127.0.0.1 or ::1 is bound */
  loopback: boolean
}

const listen = '0A'
const loopbackV6 = '00000000000000000000000001000000'
const mappedPrefix = '0000000000000000FFFF0000'
// Docker's own name server, in every container of a network with names.
const engineDns = '0B00007F'

/**
 * Listening ports in /proc/net/tcp and /proc/net/tcp6 (Linux, Documentation/networking/proc_net_tcp.rst): `sl local_address rem_address st`,
 * addresses as 32-bit words in the machine's byte order, little endian here, and the port in hex.
 */
export const listeningPorts = (tables: string): ListeningPort[] => {
  const ports = new Map<number, boolean>()
  for (const line of tables.split('\n')) {
    const [, local, , state] = line.trim().split(/\s+/)
    const [address, hexPort] = local?.split(':') ?? []
    if (state !== listen || address === undefined || hexPort === undefined || address === engineDns) continue
    const port = Number.parseInt(hexPort, 16)
    ports.set(port, (ports.get(port) ?? true) && isLoopback(address))
  }
  return [...ports].map(([port, loopback]) => ({port, loopback})).toSorted((a, b) => a.port - b.port)
}

const isLoopback = (address: string): boolean => address === loopbackV6 || (isV4(address) && address.endsWith('7F'))

const isV4 = (address: string): boolean => address.length === 8 || address.startsWith(mappedPrefix)
