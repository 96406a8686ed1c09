import {get} from 'node:http'

export interface Download {
  /** resolves with its first bytes */
  begun: Promise<void>
  done: Promise<{release: string | undefined; parts: number}>
}

/** Reads /slow, which takes five seconds: a flip in between must not cut it. */
export const followDownload = (url: string, signal: AbortSignal): Download => {
  const {hostname, port} = new URL(url)
  const begun = Promise.withResolvers<void>()
  const done = Promise.withResolvers<{release: string | undefined; parts: number}>()
  // Both reject together; whoever waits for one must not be ended by the other.
  begun.promise.catch(() => {})
  done.promise.catch(() => {})
  const fail = (error: Error) => {
    begun.reject(error)
    done.reject(error)
  }
  const options = {
    host: '127.0.0.1',
    port: Number(port),
    path: '/slow',
    headers: {host: `${hostname}:${port}`},
    agent: false as const,
    signal,
  }
  get(options, (response) => {
    let body = ''
    response.setEncoding('utf8')
    response.once('data', () => begun.resolve())
    response.on('data', (chunk: string) => (body += chunk))
    response.on('error', fail)
    response.on('end', () => {
      const release = response.headers['x-imm-release']
      done.resolve({release: typeof release === 'string' ? release : undefined, parts: body.split('\n').length - 1})
    })
  }).on('error', fail)
  return {begun: begun.promise, done: done.promise}
}
