// npm run bench [-- --write]: measures what README states, on this machine; --write puts it there.
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {cpus, tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

import {execa} from 'execa'

import {ensureBaseImage} from '../scripts/setup/base-image.ts'
import {ensureEngine} from '../scripts/setup/engine.ts'
import {coldStartTable, measureColdStart} from './cold-start.ts'
import {measureSaveToLive, saveToLiveTable} from './save-to-live.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const imm = path.join(root, 'bin', 'run.js')
const begin = '<!-- bench -->'
const end = '<!-- /bench -->'

const context = {signal: new AbortController().signal, say: (line: string) => console.error(line)}
const engine = await ensureEngine(context)
process.env['DOCKER_HOST'] = engine.url
const image = await ensureBaseImage(engine, 'node', context)
await execa(process.execPath, ['scripts/build.mjs'], {cwd: root, stdio: ['ignore', 2, 2]})

const home = await mkdtemp(path.join(tmpdir(), 'imm-bench-home-'))
const started = await measureColdStart(imm, {IMM_HOME: home})
const saved = await measureSaveToLive(path.join(root, 'fixtures', 'node-hello'), imm, image)
await rm(home, {recursive: true})

const [processor] = cpus()
const where = `Measured by \`npm run bench -- --write\`: ${cpus().length} x ${processor?.model.trim() ?? 'CPU'}, Node ${process.version}.`
const report = [where, saveToLiveTable(saved), coldStartTable(started)].join('\n\n')
console.log(report)
if (process.argv.includes('--write')) {
  const file = path.join(root, 'README.md')
  const text = await readFile(file, 'utf8')
  const [before, rest] = text.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`README.md has no ${begin} … ${end}`)
  await writeFile(file, `${before}${begin}\n${report}\n${end}${after}`)
}
