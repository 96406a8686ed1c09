import test from 'ava'
import {execa} from 'execa'

const module = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)

// The archive is made, and a small one read, before anything is measured: what programs and their code take is not asked.
const program = `
import {dependencyFile, readDependencies} from ${module('../../../src/parity/dependencies/dependencies.ts')}
import {describeImage} from ${module('../../../src/parity/describe/describe.ts')}
import {wantedFiles} from ${module('../../../src/parity/describe/wanted.ts')}
import {readImage} from ${module('../../../src/parity/image/read-image.ts')}
import {dockerArchive, layerOf, streamOf} from ${module('./archives.ts')}

const files = 20_000
const archiveOf = async (count) => {
  const entries = Array.from({length: count}, (_, at) => {
    const name = 'package-number-' + at
    return ['app/node_modules/' + name + '/package.json', JSON.stringify({name, version: at + '.0.0', license: 'MIT'})]
  })
  return dockerArchive({layers: [await layerOf(Object.fromEntries(entries))]})
}
const signal = new AbortController().signal
const read = async (archive) => readImage(streamOf(archive, 100_000), {wanted: wantedFiles(dependencyFile)}, signal)
const describe = (facts) => describeImage(facts, {dependenciesOf: readDependencies})
const heap = async () => {
  await new Promise(setImmediate)
  gc()
  gc()
  return process.memoryUsage().heapUsed
}
const [large, small] = [await archiveOf(files), await archiveOf(100)]
describe(await read(small))
const before = await heap()
let facts = await read(large)
const whenRead = await heap()
const side = describe(facts)
facts = undefined
const described = await heap()
console.log(JSON.stringify({
  libraries: side.image.dependencies.length,
  read: Math.round((whenRead - before) / files),
  described: Math.round((described - before) / files),
}))
`

test('an image with a library in each file is held in little more than the names and digests', async (t) => {
  const {stdout} = await execa(process.execPath, ['--expose-gc', '--input-type=module', '--eval', program])
  const held = JSON.parse(stdout) as {libraries: number; read: number; described: number}
  t.log(held)
  t.is(held.libraries, 20_000)
  // Bytes for each file and its directory, of which the path, the name and the digest have 250.
  t.true(held.read < 850, 'while it is read')
  t.true(held.described < 600, 'as a side')
})
