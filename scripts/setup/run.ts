import {baseImages, type BaseImageName} from './base-image-table.ts'
// node scripts/setup/run.ts [NAME...]: engine and base images (node, python, static, go) by hand; prints the names to build FROM.
import {ensureBaseImage} from './base-image.ts'
import {ensureEngine} from './engine.ts'
import {reportFailure} from './report.ts'

const context = {signal: new AbortController().signal, say: (line: string) => console.error(`imm: ${line}`)}
const wanted = process.argv.slice(2)
const names = (wanted.length > 0 ? wanted : ['node']).filter((name): name is BaseImageName => name in baseImages)

try {
  const engine = await ensureEngine(context)
  console.log(`engine ${engine.url}`)
  for (const name of names) console.log(`${name} ${await ensureBaseImage(engine, name, context)}`)
} catch (error) {
  process.exitCode = reportFailure(error)
}
