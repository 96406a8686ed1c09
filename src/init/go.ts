import {findAnswering} from './answering.ts'
import type {Detect} from './plan.ts'
import type {ProjectFiles} from './project-files.ts'

/** read at run time by many programs, and lost where only the program is in the image */
const assetFolders = ['assets', 'migrations', 'public', 'static', 'templates', 'views', 'web']
const usualMinor = 26
const preferred = ['server', 'api', 'web', 'app']

export const detectGo: Detect = async (files, signal) => {
  const module = await files.text('go.mod', signal)
  if (module === undefined) return undefined
  const name = /^module\s+(\S+)/m.exec(module)?.[1]?.split('/').at(-1)
  const programs = await findPrograms(files, signal)
  const program =
    programs.find(({folder}) => folder === '.') ??
    [...preferred, name].map((wanted) => programs.find(({folder}) => folder === `./cmd/${wanted}`)).find(Boolean) ??
    programs[0]
  // The image's toolchain is not replaced by a newer one at build time, so it must not be older than go.mod asks for.
  const minor = Math.max(usualMinor, Number(/^go 1\.(\d+)/m.exec(module)?.[1] ?? 0))
  const cgo = /mattn\/go-sqlite3|confluent-kafka-go/.test(module)
  const vendored = files.names.has('vendor')
  const answering = await findAnswering(files, program?.sources ?? [], {usual: 8080}, signal)
  return {
    flavour: 'go',
    dockerfile: 'Dockerfile',
    values: {
      ...answering.values,
      buildImage: cgo ? `golang:1.${minor}-bookworm` : `golang:1.${minor}`,
      baseImage: `gcr.io/distroless/${cgo ? 'base' : 'static'}-debian12:nonroot`,
      cgo: cgo ? 1 : 0,
      download: !vendored && /^require\b/m.test(module),
      manifests: ['go.mod', 'go.sum'].filter((file) => files.names.has(file)).join(' '),
      package: program?.folder ?? '.',
      assets: assetFolders
        .filter((folder) => files.names.has(folder))
        .map((folder) => `COPY ${folder} ./${folder}`)
        .join('\n'),
    },
    findings: [
      {what: 'language', value: `Go 1.${minor}`, file: 'go.mod'},
      ...(program ? [{what: 'start', value: program.folder, file: program.sources[0]}] : []),
      ...answering.findings,
    ],
    notes:
      programs.length > 1 && program
        ? [
            `There are ${programs.length} programs (${programs.map(({folder}) => folder).join(', ')}); the image runs ${program.folder}.`,
          ]
        : [],
    missing: program ? undefined : 'go.mod is there, and no `package main` here or in a folder of cmd.',
  }
}

interface Program {
  /** as `go build` takes it */
  folder: string
  sources: string[]
}

const findPrograms = async (files: ProjectFiles, signal: AbortSignal): Promise<Program[]> => {
  const folders = (await files.list('cmd')).filter((name) => /^[\w.-]+$/.test(name))
  const programs: Program[] = []
  for (const folder of ['.', ...folders.map((name) => `./cmd/${name}`)]) {
    const sources: string[] = []
    for (const name of await files.list(folder)) {
      if (!name.endsWith('.go') || name.endsWith('_test.go')) continue
      const file = `${folder}/${name}`.slice(2)
      if (/^package main\b/m.test((await files.text(file, signal)) ?? '')) sources.push(file)
    }
    if (sources.length > 0) programs.push({folder, sources})
  }
  return programs
}
