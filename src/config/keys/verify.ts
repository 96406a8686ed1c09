import {z} from 'zod'

import {command} from './command.ts'
import {healthPath} from './health.ts'
import {duration, oneOrMany, text} from './scalars.ts'

const methodExpected = 'expected a method such as GET or POST'
const headerNameExpected = 'expected the name of a header'
const headerTextExpected = 'expected a text; a number needs quotes'
const statusExpected = 'expected a status such as 200, a range such as 200-299 or 2xx, or a list of them'
const patternExpected = 'expected a regular expression'

// RFC 9110: a field name is a token; of a value Node.js sends what Latin-1 has.
const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, {error: headerNameExpected})
const headerText = z.string({error: headerTextExpected}).regex(/^[\t\u0020-\u007E\u0080-\u00FF]*$/, {
  error: 'expected a text in one line',
})

const status = z.union(
  [
    z
      .int({error: statusExpected})
      .min(100, {error: statusExpected})
      .max(599, {error: statusExpected})
      .transform((code) => ({from: code, to: code})),
    z
      .string()
      .regex(/^[1-5](?:xx|\d\d-[1-5]\d\d)$/, {error: statusExpected})
      .transform((range) => {
        const [from = '', to = from] = range.split('-')
        return {from: Number(from.replace('xx', '00')), to: Number(to.replace('xx', '99'))}
      })
      .refine(({from, to}) => from <= to, {error: 'the range ends before it begins'}),
  ],
  {error: statusExpected},
)

const pattern = text(patternExpected).check((payload) => {
  try {
    RegExp(payload.value)
  } catch (error) {
    payload.issues.push({code: 'custom', message: (error as Error).message, input: payload.value})
  }
})

const header = z.union([z.boolean(), headerText, z.strictObject({match: pattern})], {
  error: 'expected a text that it contains, true, false or {match}',
})

export const request = z.strictObject(
  {
    path: healthPath.meta({description: 'What is asked for, with its query.', examples: ['/api/prices?currency=EUR']}),
    method: z
      .string({error: methodExpected})
      .regex(/^[A-Z]+$/, {error: methodExpected})
      .optional()
      .meta({description: 'Method of the request; without it GET.', examples: ['POST']}),
    headers: z
      .record(headerName, headerText, {error: 'expected a map of headers'})
      .optional()
      .meta({description: 'Headers of the request.', examples: [{accept: 'application/json'}]}),
    body: z
      .union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())], {
        error: 'expected a text, or a map or a list that is sent as JSON',
      })
      .optional()
      .meta({
        description: 'Body of the request: a text, or a map or a list that is sent as JSON.',
        examples: [{item: 7, count: 1}, 'item=7'],
      }),
  },
  {error: 'expected a path such as /healthz or {path, method, headers, body}'},
)

export const expectations = z.strictObject(
  {
    status: z
      .union([status.transform((one) => [one]), z.array(status, {error: statusExpected}).min(1)], {
        error: statusExpected,
      })
      .optional()
      .meta({
        description: 'Statuses that are right: one, a range, or a list of them; without it 2xx.',
        examples: [200, '2xx', ['200-204', 404]],
      }),
    text: oneOrMany(text('expected a text'), 'expected a text or a list of texts')
      .optional()
      .meta({description: 'What the body contains.', examples: ['Add to cart']}),
    match: z
      .union([pattern.transform((one) => [one]), z.array(pattern, {error: patternExpected})], {error: patternExpected})
      .optional()
      .meta({description: 'Regular expressions (of JavaScript) that the body matches.', examples: ['total: \\d+']}),
    json: z
      .unknown()
      .optional()
      .meta({
        description:
          'What the body, read as JSON, has at least. <string>, <number>, <boolean>, <list>, <map> and <any> stand for any value of their kind.',
        examples: [{status: 'ok', items: [{id: '<number>'}]}],
      }),
    headers: z
      .record(headerName, header, {error: 'expected a map of headers'})
      .optional()
      .meta({
        description: 'Headers of the answer: what each contains or matches; true: it is there, false: it is not.',
        examples: [{'content-type': 'application/json', 'x-powered-by': false}],
      }),
  },
  {error: 'expected {status, text, match, json, headers}'},
)

const misplaced = 'belongs to a check with'

export const check = z
  .strictObject(
    {
      name: text('expected a name')
        .optional()
        .meta({description: 'What the check is called when it is told of.', examples: ['prices']}),
      timeout: duration(1)
        .optional()
        .meta({
          description: 'How long the answer (without it 5s) or the command (without it 60s) may take.',
          examples: ['30s'],
        }),
      http: z
        .union([healthPath.transform((path): z.output<typeof request> => ({path})), request], {
          error: 'expected a path such as /healthz or {path, method, headers, body}',
        })
        .optional()
        .meta({
          description: 'A request to the candidate: the path of a GET, or each part of it.',
          examples: ['/healthz', {path: '/api/cart', method: 'POST', body: {item: 7}}],
        }),
      expect: expectations.optional().meta({
        description: 'What the answer to `http` must be; without it, its status is 2xx.',
        examples: [{status: 200, json: {status: 'ok'}}],
      }),
      retry: duration(0)
        .optional()
        .meta({
          description: 'How long a request that is answered otherwise is tried again; without it, not at all.',
          examples: ['10s'],
        }),
      command: command.optional().meta({
        description:
          'A command that must end with 0. A text is split at blanks, quotes keep words together; no shell takes part.',
        examples: ['npm run smoke', ['sh', '-c', 'curl -fsS "$IMM_URL/healthz"']],
      }),
      in: z
        .literal('image', {error: 'expected image'})
        .optional()
        .meta({
          description: "Runs the command in a container of the candidate's image instead of on this machine.",
          examples: ['image'],
        }),
    },
    {error: 'expected a check such as {http: /healthz} or {command: npm run smoke}'},
  )
  .superRefine(({http, command: words, expect, retry, in: place}, context) => {
    const mistake = (message: string, ...path: string[]) => context.addIssue({code: 'custom', path, message})
    if ((http === undefined) === (words === undefined)) mistake('a check has either http or command')
    else if (words !== undefined && expect !== undefined) mistake(`${misplaced} http`, 'expect')
    else if (words !== undefined && retry !== undefined) mistake(`${misplaced} http`, 'retry')
    else if (http !== undefined && place !== undefined) mistake(`${misplaced} command`, 'in')
  })
  .meta({
    anyOf: [
      {required: ['http'], not: {anyOf: [{required: ['command']}, {required: ['in']}]}},
      {required: ['command'], not: {anyOf: [{required: ['http']}, {required: ['expect']}, {required: ['retry']}]}},
    ],
  })
