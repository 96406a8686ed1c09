import {testProject, type TestProject} from './project.ts'

/** Says its version with every answer; one that is broken ends at once. */
const server = `import {readFileSync} from 'node:fs'
import {createServer} from 'node:http'
const version = readFileSync(new URL('version.txt', import.meta.url), 'utf8').trim()
if (version.startsWith('broken')) throw new Error('it is broken')
if (process.env.PORT === undefined) setInterval(() => {}, 1000)
else createServer((request, response) => {
  response.setHeader('x-version', version)
  response.setHeader('content-type', request.url === '/' ? 'text/html' : 'application/json')
  setTimeout(() => response.end(request.url === '/' ? '<html>' : '{}'), 5)
}).listen(Number(process.env.PORT), () => console.log('listening'))
`

const dockerfile = `ARG NODE_IMAGE
FROM \${NODE_IMAGE}
WORKDIR /app
COPY . .
CMD ["node", "answers.js"]
`

const service = (name: string, port: number | undefined, more: string): string => `  ${name}:
    build: {context: ./${name}, args: {NODE_IMAGE: "${process.env['IMM_TEST_BASE_NODE'] ?? 'imm-base/node:local'}"}}
${
  port === undefined
    ? ''
    : `    environment: {PORT: ${port}}
    ports: ["${port}"]
`
}${more}`

const app = (name: string, version: number): Record<string, string> => ({
  [`${name}/Dockerfile`]: dockerfile,
  [`${name}/package.json`]: '{"type": "module"}\n',
  [`${name}/answers.js`]: server,
  [`${name}/version.txt`]: `${version}\n`,
})

export interface PairProject extends TestProject {
  /** One save that touches all that are named. */
  save(versions: {web?: number | string; api?: number | string; worker?: number | string}): Promise<void>
}

/** A front end, its API and a worker, that are flipped together. */
export const pairProject = async ({web = '', api = ''} = {}): Promise<PairProject> => {
  const project = await testProject({
    fixture: null,
    settings: null,
    files: {
      ...app('web', 1),
      ...app('api', 1),
      ...app('worker', 1),
      'compose.yaml': `x-imm: {flip: together}\nservices:\n${service('web', 3000, web)}${service('api', 4000, api)}${service('worker', undefined, '')}`,
    },
  })
  return {
    ...project,
    async save(versions) {
      await Promise.all(
        Object.entries(versions).map(async ([name, version]) => project.write(`${name}/version.txt`, `${version}\n`)),
      )
    },
  }
}
