/** A daemon whose keeper writes down, in `keeping.log` beside the state, when it begins to mind an app and when it has left it. */
import {appendFileSync} from 'node:fs'
import path from 'node:path'

import {runDaemon} from '../../../../src/proxy/run-daemon.ts'

await runDaemon(process.argv.slice(2), ({paths}) => {
  const file = path.join(paths.home, 'keeping.log')
  const minded = new Set<string>()
  const leave = (app: string): void => {
    if (minded.delete(app)) appendFileSync(file, `left by ${process.pid}\n`)
  }
  return {
    mind({app}) {
      if (minded.size === 0) appendFileSync(file, `minded by ${process.pid}\n`)
      minded.add(app)
    },
    async leave({app}) {
      leave(app)
    },
    async [Symbol.asyncDispose]() {
      minded.forEach(leave)
    },
  }
})
