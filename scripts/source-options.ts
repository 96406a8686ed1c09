import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

import type {Interfaces} from '@oclif/core'

const root = fileURLToPath(new URL('..', import.meta.url))
const toSource = (_key: string, value: unknown) =>
  typeof value === 'string' && value.startsWith('./dist/')
    ? value.replace('./dist/', './src/').replace(/\.js$/, '.ts')
    : value
const pjson = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as Interfaces.PJSON
pjson.oclif = JSON.parse(JSON.stringify(pjson.oclif), toSource) as Interfaces.OclifConfiguration

/** Makes oclif load the commands from src by type stripping; by itself it would silently run a stale dist. */
export const sourceOptions: Interfaces.Options = {root, pjson, ignoreManifest: true}
