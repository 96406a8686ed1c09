import {readFile} from 'node:fs/promises'
import path from 'node:path'

import {root, testProject, type TestProject} from './project.ts'

const source = path.join(root, 'test', 'support', 'traffic-app')

/**
 * A project whose every answer says its content (src/greeting.txt) twice, with a WebSocket echo, `/?parts=N&pause=MS` for a download
 * that takes its time, and a health path that fails while the content begins with `unhealthy`.
 */
export const trafficProject = async (settings = ''): Promise<TestProject> => {
  const [server, echo] = await Promise.all([text('server.js'), text('echo.js')])
  return testProject({
    files: {'src/server.js': server, 'src/echo.js': echo, 'src/greeting.txt': 'first'},
    settings: `health: {path: /health, timeout: 60s}\n${settings}`,
  })
}

const text = async (name: string): Promise<string> => readFile(path.join(source, name), 'utf8')

/** The whole answer of a release with that content. */
export const answerOf = (content: string, parts = 2): string => `${content}\n`.repeat(parts)
