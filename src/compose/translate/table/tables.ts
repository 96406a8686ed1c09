import {buildTable, configTable, deployTable, networkTable, secretTable, volumeTable} from './other-keys.ts'
import type {Rules} from './rule.ts'
import {serviceTable} from './service-keys.ts'

/** What becomes of every key of the Compose Specification, by object: docs/compose.md shows it, and tests hold imm to it. */
export const keyTables = {
  service: serviceTable,
  build: buildTable,
  deploy: deployTable,
  network: networkTable,
  volume: volumeTable,
  secret: secretTable,
  config: configTable,
} as const satisfies Record<string, Readonly<Record<string, Rules>>>
