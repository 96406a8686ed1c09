import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'

/** How long the release that never becomes healthy may take. */
export const impatientSeconds = 4

/** Saves of a developer, good and bad, on the copy of fixtures/node-hello. Each leaves the files of the one before as they were. */
export interface Editor {
  greet(text: string): Promise<void>
  breakBuild(): Promise<void>
  crashOnBoot(): Promise<void>
  neverHealthy(): Promise<void>
  repair(text: string): Promise<void>
}

export const openEditor = async (project: string): Promise<Editor> => {
  const greeting = path.join(project, 'src/greeting.txt')
  const server = path.join(project, 'src/server.js')
  const dockerfile = path.join(project, 'Dockerfile')
  const config = path.join(project, 'imm.yaml')
  const [goodServer, goodDockerfile, goodConfig] = await Promise.all([read(server), read(dockerfile), read(config)])
  const greet = (text: string) => writeFile(greeting, `${text}\n`)

  return {
    greet,
    breakBuild: () =>
      writeFile(dockerfile, goodDockerfile.replace('EXPOSE', 'RUN node --check src/not-there.js\nEXPOSE')),
    async crashOnBoot() {
      const crash = "throw new Error('no database at db:5432')\n"
      // Together, as one save: an editor's "save all".
      await Promise.all([
        writeFile(dockerfile, goodDockerfile),
        writeFile(server, goodServer.replace('const server', `${crash}\nconst server`)),
      ])
    },
    async neverHealthy() {
      await Promise.all([
        writeFile(server, goodServer.replace("response.end('ok\\n')", "response.writeHead(500).end('no\\n')")),
        // A change of the settings is a change: nobody wants to wait here for what a slow machine may need elsewhere.
        writeFile(config, goodConfig.replace(/timeout: .*/, `timeout: ${impatientSeconds}s`)),
      ])
    },
    async repair(text) {
      await Promise.all([writeFile(server, goodServer), writeFile(config, goodConfig), greet(text)])
    },
  }
}

const read = (file: string): Promise<string> => readFile(file, 'utf8')
