import {readdir} from 'node:fs/promises'
import path from 'node:path'

import {containersOf, docker, imagesOf} from '../../test/support/engine-socket.ts'
import type {TestProject} from '../../test/support/project.ts'

/** All that is there of a project, by labels and in the state directory. */
export const leftovers = async ({name, home}: TestProject): Promise<Record<string, number>> => {
  const engine = docker()
  const filters = {label: [`imm.project=${name}`]}
  const [containers, images, {Volumes: volumes}, networks] = await Promise.all([
    containersOf(name),
    imagesOf(name),
    engine.listVolumes({filters: JSON.stringify(filters) as never}),
    engine.listNetworks({filters}),
  ])
  const inHome = async (folder: string): Promise<number> =>
    readdir(path.join(home, folder, name)).then(
      (entries) => entries.length,
      () => 0,
    )
  return {
    containers: containers.length,
    images: images.length,
    volumes: (volumes ?? []).length,
    networks: networks.length,
    checkouts: await inHome('checkouts'),
    records: await inHome('previews'),
    ledgers: await inHome('ledger'),
  }
}
