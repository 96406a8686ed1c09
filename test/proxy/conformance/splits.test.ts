import {once} from 'node:events'
import {setImmediate as turn} from 'node:timers/promises'

import test from 'ava'
import * as fc from 'fast-check'

import {rawConnection} from '../kit/client.ts'
import {shopHost} from '../kit/proxy.ts'
import {readResponses, valuesOf} from './kit/messages.ts'
import type {Message} from './kit/messages.ts'
import {startRecorder} from './kit/recorder.ts'
import {startSubject} from './kit/subject.ts'

/** A body and how it is framed; chunks of every size, with and without extensions and trailers. */
const body = fc.oneof(
  fc.constant({fields: [] as string[], text: '', content: '', trailers: [] as string[][]}),
  fc.uint8Array({maxLength: 3000}).map((bytes) => {
    const content = Buffer.from(bytes).toString('latin1')
    return {fields: [`Content-Length: ${content.length}`], text: content, content, trailers: []}
  }),
  fc
    .record({
      chunks: fc.array(fc.tuple(fc.uint8Array({minLength: 1, maxLength: 600}), fc.constantFrom('', ';a', ';a="b;c"'))),
      trailers: fc.constantFrom([] as string[][], [['x-sum', '1']]),
    })
    .map(({chunks, trailers}) => {
      const parts = chunks.map(([bytes, extension]) => [Buffer.from(bytes).toString('latin1'), extension] as const)
      const lines = parts.map(([part, extension]) => `${part.length.toString(16)}${extension}\r\n${part}\r\n`)
      const last = `0\r\n${trailers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
      return {
        fields: ['Transfer-Encoding: chunked', 'Trailer: x-sum'],
        text: lines.join('') + last,
        content: parts.map(([part]) => part).join(''),
        trailers,
      }
    }),
)
const fieldLines = fc.array(
  fc.tuple(fc.stringMatching(/^X-[A-Za-z0-9]{1,20}$/), fc.stringMatching(/^[!-~]([ -~]{0,60}[!-~])?$/)),
  {maxLength: 8},
)
const message = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH'),
  target: fc.stringMatching(/^\/[a-z0-9/._~%?&=-]{0,40}$/),
  own: fieldLines,
  body,
})
const answer = fc.record({status: fc.constantFrom(200, 201, 404, 500), own: fieldLines, body})
/** Where the bytes are cut into writes, as shares of the whole. */
const cuts = fc.array(fc.double({min: 0, max: 1, noNaN: true}), {maxLength: 12})

const pieces = (text: string, shares: readonly number[]): string[] => {
  const at = [0, ...shares.map((share) => Math.floor(share * text.length)).toSorted((a, b) => a - b), text.length]
  return at.slice(1).map((end, index) => text.slice(at[index], end))
}

/** Each piece in a write of its own, so that it is read alone as often as not. */
const writePieces = async (write: (piece: string) => void, text: string, shares: readonly number[]): Promise<void> => {
  for (const piece of pieces(text, shares)) {
    if (piece !== '') write(piece)
    await turn()
    await turn()
  }
}

const own = ({fields}: Message): string[][] =>
  fields.filter(([name]) => /^x-(?!forwarded-|imm-|request-id$)/.test(name)).map(([name, value]) => [name, value])
const lowered = (fields: readonly (readonly [string, string])[]): string[][] =>
  fields.map(([name, value]) => [name.toLowerCase(), value])

test('any messages, cut anywhere, in any chunks, arrive unchanged in both directions over kept connections', async (t) => {
  let answers: {text: string; shares: readonly number[]}[] = []
  const application = await startRecorder(t, (_request, socket) => {
    const next = answers.shift()
    if (next !== undefined) void writePieces((piece) => socket.write(piece, 'latin1'), next.text, next.shares)
    return undefined
  })
  const {port} = await startSubject(t, application.port)
  const conversation = fc.array(fc.tuple(message, answer, cuts), {minLength: 1, maxLength: 4})
  await fc.assert(
    fc.asyncProperty(conversation, cuts, fc.boolean(), async (turns, shares, pipelined) => {
      const from = application.requests.length
      answers = turns.map(([, {status, own: fields, body: content}, answerShares]) => {
        const framing = content.fields.length === 0 ? ['Content-Length: 0'] : content.fields
        const head = [`HTTP/1.1 ${status} Reason`, ...fields.map(([name, value]) => `${name}: ${value}`), ...framing]
        return {text: `${head.join('\r\n')}\r\n\r\n${content.text}`, shares: answerShares}
      })
      const requests = turns.map(([{method, target, own: fields, body: content}]) => {
        const lines = [...fields.map(([name, value]) => `${name}: ${value}`), ...content.fields]
        return `${[`${method} ${target} HTTP/1.1`, `Host: ${shopHost}`, ...lines].join('\r\n')}\r\n\r\n${content.text}`
      })
      const client = rawConnection(t, port, '')
      let received = ''
      client.setEncoding('latin1').on('data', (text: string) => (received += text))
      const arrived = async (count: number): Promise<void> => {
        while (readResponses(received, [], false).messages.length < count) await once(client, 'data')
      }
      const write = (piece: string): void => void client.write(piece, 'latin1')
      if (pipelined) await writePieces(write, requests.join(''), shares)
      for (const [index, text] of requests.entries()) {
        if (!pipelined) await writePieces(write, text, shares)
        await arrived(index + 1)
      }
      client.destroy()
      const reading = readResponses(received, [], false)
      t.is(reading.fault ?? reading.rest, '')
      const seen = application.requests.slice(from)
      t.is(seen.length, turns.length)
      for (const [index, [asked, given]] of turns.entries()) {
        const request = seen[index] as Message
        t.is(request.start, `${asked.method} ${asked.target} HTTP/1.1`)
        t.is(request.body, asked.body.content)
        t.deepEqual(own(request), lowered(asked.own))
        t.deepEqual(
          request.trailers.map(([...field]) => field),
          asked.body.trailers as [string, string][],
        )
        const response = reading.messages[index] as Message
        t.is(response.start, `HTTP/1.1 ${given.status} Reason`)
        t.is(response.body, given.body.content)
        t.deepEqual(own(response), lowered(given.own))
        t.deepEqual(
          response.trailers.map(([...field]) => field),
          given.body.trailers as [string, string][],
        )
        t.deepEqual(valuesOf(response, 'x-imm-release'), ['r1-aaaaaaa'])
      }
    }),
    {numRuns: 150, endOnFailure: true},
  )
  t.deepEqual(application.faults(), [])
})
