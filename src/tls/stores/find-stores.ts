import {keychainStore} from './keychain.ts'
import {findSystemPlace, linuxSystemStore} from './linux-system.ts'
import type {Privilege} from './linux-system.ts'
import {nssDatabases} from './nss-databases.ts'
import {nssStore} from './nss-store.ts'
import type {Store, StoreReport} from './store.ts'

export interface Machine {
  platform: NodeJS.Platform
  /** the user's home directory */
  home: string
  privilege: Privilege
  /** the directory below which the system's store is looked for */
  root?: string
}

/** The stores of this machine that programs and browsers look into. */
export const findStores = async (machine: Machine): Promise<readonly Store[]> => {
  const databases = await nssDatabases(machine.home)
  return [await systemStore(machine), ...databases.map(nssStore)]
}

const systemStore = async ({platform, home, privilege, root}: Machine): Promise<Store> => {
  if (platform === 'darwin') return keychainStore(home)
  const place = platform === 'linux' ? await findSystemPlace(root) : undefined
  return place === undefined ? noSystemStore(platform) : linuxSystemStore(place, privilege)
}

const noSystemStore = (platform: NodeJS.Platform): Store => {
  const report: StoreReport = {
    store: 'system',
    place: platform,
    status: 'none',
    message: platform === 'linux' ? 'install the package ca-certificates first' : 'add the certificate to it by hand',
  }
  return {install: async () => report, remove: async () => report}
}
