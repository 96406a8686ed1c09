import {randomBytes} from 'node:crypto'
import {cp, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

const fixture = fileURLToPath(new URL('../../fixtures/node-hello', import.meta.url))

/** A copy of the Node fixture with more files beside it, as an application with its assets has. */
export interface BenchProject extends AsyncDisposable {
  directory: string
  /** name that no other bench uses */
  name: string
  files: number
}

const filesPerDirectory = 40

/** 6 KiB a file: 20,000 files are 120 MB. */
const bytesPerFile = 6 * 1024

// Dependencies first, the source last, as every guide has it. RUN stands for `npm ci`, which would need a registry.
const dockerfile = `ARG NODE_IMAGE=node:24-slim
FROM \${NODE_IMAGE}
WORKDIR /app
COPY package.json ./
RUN ["node", "-e", "require('node:fs').cpSync('package.json', 'installed.json')"]
COPY . .
EXPOSE 3000
USER node
CMD ["node", "src/server.js"]
`

/** Makes a project of so many files; the fixture's own six count. */
export const benchProject = async (files: number): Promise<BenchProject> => {
  const place = await mkdtemp(path.join(tmpdir(), 'imm-bench-'))
  const name = `bench-${randomBytes(3).toString('hex')}`
  const directory = path.join(place, name)
  await cp(fixture, directory, {recursive: true})
  await writeFile(path.join(directory, 'Dockerfile'), dockerfile)
  await writeFile(path.join(directory, '.dockerignore'), 'Dockerfile\n.dockerignore\n')
  const more = Math.max(0, files - 6)
  for (let at = 0; at < more; at += filesPerDirectory) {
    const folder = path.join(directory, 'assets', `d${Math.floor(at / filesPerDirectory / 50)}`, `e${at}`)
    await mkdir(folder, {recursive: true})
    const inside = Array.from({length: Math.min(filesPerDirectory, more - at)}, (_, index) => index)
    await Promise.all(
      inside.map(async (index) => writeFile(path.join(folder, `${index}.bin`), randomBytes(bytesPerFile))),
    )
  }
  return {
    directory,
    name,
    files,
    [Symbol.asyncDispose]: async () => rm(place, {recursive: true, force: true}),
  }
}
