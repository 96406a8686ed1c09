import {createHash} from 'node:crypto'
import path from 'node:path'

/** Where the authority and what it signed are kept, below imm's state directory. */
export interface TlsPlace {
  directory: string
  /** key and certificate of the authority: https is on while it is there */
  authority: string
  /** the certificate alone, for programs */
  certificate: string
  /** names the stores that have it */
  trusted: string
  /** a file for each host */
  hosts: string
  /** what it is called in stores: the same again for the next authority of this state directory, so that one replaces the other */
  storeName: string
}

export const tlsPlace = (home: string): TlsPlace => {
  const directory = path.join(home, 'tls')
  return {
    directory,
    authority: path.join(directory, 'authority.pem'),
    certificate: path.join(directory, 'ca.pem'),
    trusted: path.join(directory, 'trusted.json'),
    hosts: path.join(directory, 'hosts'),
    storeName: `imm-local-ca-${createHash('sha256').update(home).digest('hex').slice(0, 8)}`,
  }
}
