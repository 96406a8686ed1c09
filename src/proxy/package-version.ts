import {readFileSync} from 'node:fs'

/** The version of imm; package.json is as far from src/proxy as from dist/proxy. */
export const packageVersion = (): string =>
  (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {version: string}).version
