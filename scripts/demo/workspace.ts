import {randomBytes} from 'node:crypto'
import {cp, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

/** A copy of the example and an imm state of its own: nothing of it touches what the user runs. */
export interface Workspace extends AsyncDisposable {
  /** the project's directory */
  project: string
  name: string
  /** for every imm command of the demo */
  env: Readonly<Record<string, string>>
}

const example = fileURLToPath(new URL('../../fixtures/node-hello', import.meta.url))

export interface WorkspaceOptions {
  baseImage: string
  /** in the form of DOCKER_HOST */
  engineUrl: string
  /** 0: any that is free */
  proxyPort: number
}

export const createWorkspace = async ({baseImage, engineUrl, proxyPort}: WorkspaceOptions): Promise<Workspace> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-demo-'))
  const project = path.join(directory, 'hello')
  const home = path.join(directory, 'state')
  // Labels and names are the engine's: two demos at once must not share them.
  const name = `demo-${randomBytes(2).toString('hex')}`
  await cp(example, project, {recursive: true})
  await mkdir(home)
  await writeFile(path.join(project, 'imm.yaml'), config(name, baseImage))
  return {
    project,
    name,
    env: {IMM_HOME: home, IMM_PROXY_PORT: String(proxyPort), DOCKER_HOST: engineUrl, NO_COLOR: '1'},
    [Symbol.asyncDispose]: () => rm(directory, {recursive: true, force: true, maxRetries: 3}),
  }
}

const config = (name: string, baseImage: string): string => `project: ${name}
build:
  args:
    NODE_IMAGE: ${baseImage}
health:
  path: /health
  timeout: 60s
`
