import {randomBytes} from 'node:crypto'
import {open, rename, rm} from 'node:fs/promises'

import type {MountedFile} from '../config/settings.ts'

/** Whole or not at all: a container that starts meanwhile finds all of it. */
export const writeFile = async (
  place: string,
  {mode, uid, gid}: Pick<MountedFile, 'mode' | 'uid' | 'gid'>,
  content: Buffer,
): Promise<void> => {
  const draft = `${place}.${randomBytes(6).toString('hex')}.draft`
  try {
    {
      await using handle = await open(draft, 'wx', 0o600)
      await handle.writeFile(content)
      if (process.getuid?.() === 0 && (uid !== undefined || gid !== undefined))
        await handle.chown(idOf(uid) ?? 0, idOf(gid) ?? 0)
      await handle.chmod(mode & 0o777)
    }
    await rename(draft, place)
  } finally {
    await rm(draft, {force: true})
  }
}

/** Why a file can't have the owner that is asked for; undefined where it has. */
export const ownerTrouble = ({
  kind,
  name,
  uid,
  gid,
}: Pick<MountedFile, 'kind' | 'name' | 'uid' | 'gid'>): string | undefined => {
  const asked = [uid, gid].filter((id) => id !== undefined)
  const unknown = asked.find((id) => idOf(id) === undefined)
  if (unknown !== undefined)
    return `${kind} ${name}: ${JSON.stringify(unknown)} is no number of a user or group, and has no effect`
  const isOwn =
    (uid === undefined || idOf(uid) === process.getuid?.()) && (gid === undefined || idOf(gid) === process.getgid?.())
  if (asked.length === 0 || isOwn || process.getuid?.() === 0) return undefined
  return `${kind} ${name} belongs to you and not to ${[uid, gid].map((id) => id ?? '').join(':')}: only root can give files away; its mode decides who reads it`
}

const idOf = (id: string | undefined): number | undefined =>
  id !== undefined && /^\d{1,10}$/.test(id) ? Number(id) : undefined
