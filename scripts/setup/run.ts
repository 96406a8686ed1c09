import {baseImages, type BaseImageName} from './base-image-table.ts'
// node scripts/setup/run.ts [NAME...]: engine and base images (node, python, static, go; postgres, redis, nginx) by hand; prints the names to build FROM.
import {ensureBaseImage} from './base-image.ts'
import {ensureEngine} from './engine.ts'
import {serverRecipes, type ServerName} from './recipes/servers/table.ts'
import {reportFailure} from './report.ts'
import {ensureServerImage} from './server-image.ts'

const context = {signal: new AbortController().signal, say: (line: string) => console.error(`imm: ${line}`)}
const wanted = process.argv.slice(2)
const names = wanted.length > 0 ? wanted : ['node']

try {
  const engine = await ensureEngine(context)
  console.log(`engine ${engine.url}`)
  for (const name of names) {
    if (name in baseImages) console.log(`${name} ${await ensureBaseImage(engine, name as BaseImageName, context)}`)
    if (name in serverRecipes) console.log(`${name} ${await ensureServerImage(engine, name as ServerName, context)}`)
  }
} catch (error) {
  process.exitCode = reportFailure(error)
}
