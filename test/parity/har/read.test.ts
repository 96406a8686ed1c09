import {mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import type {ExecutionContext} from 'ava'
import test from 'ava'

import {entryOf} from '../../../src/parity/har/entry.ts'
import {parseHar, readHar} from '../../../src/parity/har/read.ts'
import {writeHar} from '../../../src/parity/har/write.ts'
import {exchange} from './exchange.ts'

const temporaryFile = async (t: ExecutionContext): Promise<string> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-har-'))
  t.teardown(async () => rm(directory, {recursive: true, force: true}))
  return path.join(directory, 'a.har')
}

const {signal} = new AbortController()

// As a browser's network panel writes it: with pages, with its own fields, without what is optional.
const fromBrowser = {
  log: {
    version: '1.2',
    creator: {name: 'WebInspector', version: '537.36'},
    pages: [{startedDateTime: '2026-01-02T03:04:05.678Z', id: 'page_1', title: 'x', pageTimings: {}}],
    entries: [
      {
        _initiator: {type: 'other'},
        _priority: 'VeryHigh',
        cache: {},
        connection: '443',
        pageref: 'page_1',
        request: {
          method: 'GET',
          url: 'https://shop.example/a',
          httpVersion: 'http/2.0',
          headers: [{name: ':authority', value: 'shop.example'}],
          queryString: [],
          cookies: [{name: 'a', value: 'b', path: '/', httpOnly: true}],
          headersSize: -1,
          bodySize: 0,
        },
        response: {
          status: 200,
          statusText: '',
          httpVersion: 'http/2.0',
          headers: [],
          cookies: [],
          content: {size: 2, mimeType: 'text/html', text: 'ok'},
          redirectURL: '',
          headersSize: -1,
          bodySize: -1,
          _transferSize: 100,
          _error: null,
        },
        serverIPAddress: '127.0.0.1',
        startedDateTime: '2026-01-02T03:04:05.678Z',
        time: 12.5,
        timings: {blocked: 1, dns: -1, ssl: -1, connect: -1, send: 0.1, wait: 10, receive: 1.4, _blocked_queueing: 1},
      },
    ],
  },
}

test('the HAR of a browser is read, with a byte order mark as well', (t) => {
  const text = JSON.stringify(fromBrowser)
  for (const each of [text, `\uFEFF${text}`]) {
    const {creator, entries} = parseHar(each, 'a.har')
    t.is(creator, 'WebInspector 537.36')
    t.like(entries[0], {request: {url: 'https://shop.example/a'}, response: {content: {text: 'ok'}}})
  }
})

test('what was written is read as it was, and belongs to its owner', async (t) => {
  const file = await temporaryFile(t)
  const entries = [await entryOf(exchange({body: 'a'})), await entryOf(exchange({body: 'b'}))]
  await writeFile(file, 'older', {mode: 0o644})
  await writeHar(file, entries, {version: '1.0.0', comment: 'x'})
  t.is((await stat(file)).mode & 0o777, 0o600)
  t.deepEqual(await readHar(file, signal), {creator: 'imm 1.0.0', entries})
  t.like(JSON.parse(await readFile(file, 'utf8')), {log: {version: '1.2', creator: {name: 'imm', version: '1.0.0'}}})
  await writeHar(file, [], {version: '1.0.0', comment: 'x'})
  t.deepEqual((await readHar(file, signal)).entries, [])
})

test('a file that can’t be written leaves nothing behind', async (t) => {
  const file = await temporaryFile(t)
  await t.throwsAsync(writeHar(path.join(file, 'b.har'), [], {version: '1', comment: ''}))
  await t.throwsAsync(readHar(file, signal), {code: 'HAR_INVALID', message: /can't be read/})
})

const broken = (change: (entry: (typeof fromBrowser.log.entries)[number]) => unknown) => ({
  log: {
    ...fromBrowser.log,
    entries: [fromBrowser.log.entries[0], change(structuredClone(fromBrowser.log.entries[0]!))],
  },
})

for (const [text, message] of [
  ['{', /^a\.har is no JSON/],
  ['[]', /^a\.har is no HAR/],
  ['{"log": {}}', /^a\.har is no HAR: log\.entries/],
  [JSON.stringify(broken(() => null)), /^entry 2 of a\.har is no HAR/],
  [JSON.stringify(broken((entry) => ({...entry, request: {...entry.request, url: 3}}))), /^entry 2 of .*request\.url/],
  [JSON.stringify(broken((entry) => ({...entry, response: undefined}))), /^entry 2 of .*response/],
] as const)
  test(`what is no HAR is refused with what is wrong with it: ${message.source}`, (t) => {
    t.throws(() => parseHar(text, 'a.har'), {code: 'HAR_INVALID', message})
  })

test('a file that is too large is not read', async (t) => {
  const file = await temporaryFile(t)
  await writeFile(file, JSON.stringify(fromBrowser))
  await t.throwsAsync(readHar(file, signal, {bytes: 100, entries: 10}), {code: 'HAR_INVALID', message: /more than 100/})
  await t.throwsAsync(readHar(file, signal, {bytes: 10_000, entries: 0}), {code: 'HAR_INVALID', message: /1 entries/})
})
