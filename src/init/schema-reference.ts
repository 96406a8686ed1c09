import {readFile} from 'node:fs/promises'

import type {ProjectFiles} from './project-files.ts'

const packageFile = new URL('../../package.json', import.meta.url)

/**
 * Where an editor finds the schema of imm.yaml: in the project's own imm where that is a dependency, else where npm packages are served
 * as files, at the version that writes this.
 */
export const schemaReference = async (files: ProjectFiles, signal: AbortSignal): Promise<string> => {
  const {name, version} = JSON.parse(await readFile(packageFile, {encoding: 'utf8', signal})) as {
    name: string
    version: string
  }
  const inPackage = 'dist/config/imm.schema.json'
  const local = `node_modules/${name}/${inPackage}`
  return (await files.text(local, signal)) === undefined
    ? `https://cdn.jsdelivr.net/npm/${name}@${version}/${inPackage}`
    : `./${local}`
}
