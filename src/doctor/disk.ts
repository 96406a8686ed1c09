import {statfs} from 'node:fs/promises'
import path from 'node:path'

import type {Image} from '../lifecycle/ports.ts'
import {note, ok, problem, type Finding} from './finding.ts'

const gigabyte = 1e9
const fewBytes = 5 * gigabyte
const tooFewBytes = gigabyte
// Layers are many small files: a file system runs out of inodes while it has bytes left.
const fewInodes = 50_000
const tooFewInodes = 5000

export interface SpaceFacts {
  /** for people: `imm's state` */
  what: string
  path: string
  freeBytes: number
  /** undefined where the file system has no fixed number (btrfs, APFS) */
  freeInodes: number | undefined
}

/** What is free where a directory is, or would be made. */
export const freeSpace = async (what: string, directory: string): Promise<SpaceFacts> => {
  for (let place = directory; ; place = path.dirname(place)) {
    try {
      const {bavail, bsize, files, ffree} = await statfs(place)
      return {what, path: directory, freeBytes: bavail * bsize, freeInodes: files > 0 ? ffree : undefined}
    } catch (error) {
      const {code} = error as NodeJS.ErrnoException
      if (place === path.dirname(place) || (code !== 'ENOENT' && code !== 'EACCES')) throw error
    }
  }
}

export const spaceFindings = ({what, path: place, freeBytes, freeInodes = Infinity}: SpaceFacts): Finding[] => {
  const words = `${what} (${place}): ${size(freeBytes)} free${freeInodes < fewInodes ? `, ${freeInodes} inodes free` : ''}`
  const remedy =
    'Free some space: `imm down --all` removes what imm holds, `docker system df` shows what else the engine keeps.'
  if (freeBytes < tooFewBytes || freeInodes < tooFewInodes) return [problem('disk', words, remedy)]
  if (freeBytes < fewBytes || freeInodes < fewInodes) return [note('disk', words, remedy)]
  return [ok('disk', words)]
}

/** What imm's own images take. An upper bound: layers that images share are counted with each of them. */
export const heldFindings = (images: readonly Pick<Image, 'id' | 'sizeBytes'>[], containers: number): Finding[] => {
  const distinct = new Map(images.map(({id, sizeBytes}) => [id, sizeBytes]))
  if (distinct.size === 0 && containers === 0) return [ok('disk', 'imm holds no images and no containers')]
  const bytes = [...distinct.values()].reduce((sum, each) => sum + each, 0)
  const counts = `${counted(distinct.size, 'image')} and ${counted(containers, 'container')}`
  return [ok('disk', `imm holds ${counts}, at most ${size(bytes)} (shared layers counted for each image)`)]
}

const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`

const size = (bytes: number): string =>
  bytes < gigabyte ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / gigabyte).toFixed(1)} GB`
