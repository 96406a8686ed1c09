import {mkdir, writeFile} from 'node:fs/promises'
import path from 'node:path'

import {freePort} from '../dev/ask.ts'
import {awaitUpstream} from './contender.ts'
import {otherCore, temporaryDirectory} from './place.ts'
import {startProgram} from './program.ts'

/** What all proxies stand in front of: nginx with two files, which answers faster than any of them. */
export interface Upstream extends AsyncDisposable {
  port: number
  pid: number
  bodies: readonly Body[]
}

export interface Body {
  path: string
  content: Buffer
}

export const smallPath = '/small'
export const largePath = '/large'

export const startUpstream = async (nginx: string, signal: AbortSignal): Promise<Upstream> => {
  await using stack = new AsyncDisposableStack()
  const {directory} = stack.use(await temporaryDirectory())
  const port = await freePort()
  const bodies = [
    {path: smallPath, content: Buffer.alloc(1024, 'imm ')},
    {path: largePath, content: Buffer.alloc(1024 * 1024, 'immutable ')},
  ]
  await mkdir(path.join(directory, 'files'))
  for (const body of bodies) await writeFile(path.join(directory, 'files', body.path), body.content)
  const config = nginxConfig(`
    server {
      listen 127.0.0.1:${port} backlog=4096;
      root ${directory}/files;
      sendfile on;
      open_file_cache max=10;
    }`)
  const program = stack.use(await startNginx({nginx, directory, config, core: otherCore, signal}))
  const upstream = {port, pid: program.pid, bodies}
  await awaitUpstream(port, bodies, program)
  const owned = stack.move()
  return {...upstream, [Symbol.asyncDispose]: async () => owned.disposeAsync()}
}

/** One process that is master and worker, without a log, with files in its own directory alone. */
export const nginxConfig = (http: string): string => `
  daemon off;
  master_process off;
  error_log stderr crit;
  pid nginx.pid;
  events { worker_connections 19000; }
  http {
    access_log off;
    keepalive_timeout 300s;
    keepalive_requests 1000000000;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    ${http}
  }
`

export interface NginxOptions {
  nginx: string
  directory: string
  config: string
  core: number
  signal: AbortSignal
}

export const startNginx = async ({nginx, directory, config, core, signal}: NginxOptions) => {
  const file = path.join(directory, 'nginx.conf')
  await writeFile(file, config)
  return startProgram({command: nginx, args: ['-p', directory, '-c', file], core, signal})
}
