import {execa} from 'execa'

import {askUntil, freePort} from './ask.ts'
import type {BenchProject} from './project.ts'
import {measureSaves, type Saved} from './saves.ts'

/** The bar for latency: Node starts the program again when a file under src changes. */
export const measureNodeWatch = async ({directory}: BenchProject, saves: number): Promise<Saved> => {
  const port = await freePort()
  const child = execa(process.execPath, ['--watch', '--watch-path=src', 'src/server.js'], {
    cwd: directory,
    env: {PORT: String(port)},
    reject: false,
    stdio: 'ignore',
  })
  const place = {url: new URL(`http://127.0.0.1:${port}`), host: `localhost:${port}`}
  try {
    await askUntil(place, (text) => text.length > 0)
    return await measureSaves(directory, place, saves)
  } finally {
    child.kill('SIGINT')
    await child
  }
}
