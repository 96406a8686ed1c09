import {access, readdir} from 'node:fs/promises'
import path from 'node:path'

/** Chrome and its kind on Linux: one for the user, and one where snap and flatpak keep them apart. */
const databases = [
  '.pki/nssdb',
  '.local/share/pki/nssdb',
  'snap/chromium/current/.pki/nssdb',
  '.var/app/org.chromium.Chromium/.pki/nssdb',
  '.var/app/com.google.Chrome/.pki/nssdb',
  '.var/app/com.brave.Browser/.pki/nssdb',
]

/** Firefox and its kind: one in each profile. */
const profileFolders = [
  '.mozilla/firefox',
  '.config/mozilla/firefox',
  'snap/firefox/common/.mozilla/firefox',
  '.var/app/org.mozilla.firefox/.mozilla/firefox',
  '.var/app/org.mozilla.firefox/config/mozilla/firefox',
  '.librewolf',
  '.zen',
  'Library/Application Support/Firefox/Profiles',
  'Library/Application Support/zen/Profiles',
]

/** The certificate databases of the browsers of a user that have one of their own. */
export const nssDatabases = async (home: string): Promise<string[]> => {
  const profiles = await Promise.all(
    profileFolders.map(async (folder) => {
      const directory = path.join(home, folder)
      const names = await readdir(directory).catch((): string[] => [])
      return names.toSorted().map((name) => path.join(directory, name))
    }),
  )
  const candidates = [...databases.map((database) => path.join(home, database)), ...profiles.flat()]
  const found = await Promise.all(candidates.map(isDatabase))
  return candidates.filter((_, index) => found[index])
}

const isDatabase = async (directory: string): Promise<boolean> =>
  access(path.join(directory, 'cert9.db')).then(
    () => true,
    () => false,
  )
