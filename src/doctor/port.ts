import {createServer} from 'node:net'

import {note, ok, problem, type Finding} from './finding.ts'

export interface PortFacts {
  /** the one that imm's proxy should have; 0: any */
  port: number
  /** imm's own proxy, where it runs */
  proxy: {port: number; pid: number; version: string} | undefined
  /** undefined where imm's own proxy has it, or any will do */
  state: 'free' | 'taken' | 'denied' | undefined
  /** `nginx (pid 812)`, where it can be seen */
  holder: string | undefined
}

/** Tries to listen, as the proxy would. Never called while imm's own proxy has the port. */
export const portState = async (port: number): Promise<NonNullable<PortFacts['state']>> => {
  for (const host of ['127.0.0.1', '::1']) {
    const code = await listenError(port, host)
    if (code === 'EADDRINUSE') return 'taken'
    if (code === 'EACCES') return 'denied'
  }
  return 'free'
}

const listenError = async (port: number, host: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    server.listen({port, host, exclusive: true}, () => server.close(() => resolve(undefined)))
  })

export const portFindings = ({port, proxy, state, holder}: PortFacts): Finding[] => {
  const other = 'choose another port: `IMM_PROXY_PORT=7071 imm dev`'
  if (proxy) {
    const words = `imm's proxy ${proxy.version} (pid ${proxy.pid}) serves on port ${proxy.port}`
    if (port === 0 || port === proxy.port) return [ok('port', words)]
    return [
      note(
        'port',
        `${words}, while IMM_PROXY_PORT says ${port}`,
        'Let it start again on that port with `imm proxy stop` and the next `imm dev`, or unset IMM_PROXY_PORT.',
      ),
    ]
  }
  if (state === 'taken')
    return [
      {
        ...problem(
          'port',
          `port ${port}, which imm's proxy needs, is taken${holder === undefined ? '' : ` by ${holder}`}`,
          holder === undefined
            ? `Find out who has it (\`lsof -i :${port}\`) and stop it, or ${other}.`
            : `Stop that program, or ${other}.`,
        ),
        code: 'PORT_IN_USE',
      },
    ]
  if (state === 'denied')
    return [
      {
        ...problem('port', `this user may not listen on port ${port}`, `Unset IMM_PROXY_PORT, or ${other}.`),
        code: 'PORT_IN_USE',
      },
    ]
  return [ok('port', port === 0 ? "imm's proxy takes any free port" : `port ${port} is free for imm's proxy`)]
}
