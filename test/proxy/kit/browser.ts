import {spawn} from 'node:child_process'
import type {Duplex, Readable} from 'node:stream'

import type {ExecutionContext} from 'ava'

import {temporaryDirectory} from './proxy.ts'

/** Chromium, for the tests that need a browser; they are skipped without it. */
export const chromium = process.env['IMM_TEST_CHROMIUM']

/** One tab. */
export interface Tab {
  go(url: string): Promise<void>
  /** What an expression comes to in the page; undefined while it is between two pages. */
  evaluate(expression: string): Promise<unknown>
}

interface Reply {
  id?: number
  result?: Record<string, unknown>
}

/** A headless browser with one tab, driven over a pipe (Chrome DevTools Protocol). */
export const openTab = async (t: ExecutionContext, program: string): Promise<Tab> => {
  const profile = await temporaryDirectory(t)
  const child = spawn(
    program,
    ['--headless=new', '--no-sandbox', '--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank'],
    {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']},
  )
  const ended = new Promise((resolve) => child.once('close', resolve))
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const waiting = new Map<number, (reply: Reply) => void>()
  let text = ''
  const output = child.stdio[4] as Readable
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (text + chunk).split('\0')
    text = messages.pop() ?? ''
    for (const message of messages) {
      const reply = JSON.parse(message) as Reply
      if (reply.id !== undefined) waiting.get(reply.id)?.(reply)
    }
  })
  let last = 0
  const call = async (method: string, params: object, sessionId?: unknown): Promise<Record<string, unknown>> => {
    const id = ++last
    const {promise, resolve} = Promise.withResolvers<Reply>()
    waiting.set(id, resolve)
    ;(child.stdio[3] as Duplex).write(`${JSON.stringify({id, method, params, sessionId})}\0`)
    return (await promise).result ?? {}
  }
  const {targetId} = await call('Target.createTarget', {url: 'about:blank'})
  const {sessionId} = await call('Target.attachToTarget', {targetId, flatten: true})
  await call('Page.enable', {}, sessionId)
  return {
    async go(url) {
      await call('Page.navigate', {url}, sessionId)
    },
    async evaluate(expression) {
      const {result} = await call('Runtime.evaluate', {expression, awaitPromise: true, returnByValue: true}, sessionId)
      return (result as {value?: unknown} | undefined)?.value
    },
  }
}
