import {z} from 'zod'

import {oneOrMany, text} from './scalars.ts'

const ruleExpected = 'expected a rule such as os.package.version, or the beginning of some such as os.*'
const ruleName = z.string({error: ruleExpected}).regex(/^(?:\*|[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)*(?:\.\*)?)$/, {
  error: ruleExpected,
})

const severityExpected = 'expected off, note, warning or error'
const dayExpected = 'expected a day such as 2026-12-31'

const isDay = (day: string): boolean => {
  const time = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day)
}

export const parityException = z.strictObject(
  {
    rule: ruleName.meta({
      description: 'The rule whose findings are allowed, or the beginning of some.',
      examples: ['os.package.version', 'files.*'],
    }),
    subject: text('expected what the findings are about, such as openssl or /app/*')
      .optional()
      .meta({
        description: 'What the findings are about. * matches any text, ? one character; left out: everything.',
        examples: ['libssl3', '/app/public/*'],
      }),
    reason: text('expected why it is allowed').meta({
      description: 'Why that is allowed. Reports show it.',
      examples: ['staging gets it with its next image'],
    }),
    until: z
      .string({error: dayExpected})
      .regex(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, {error: dayExpected})
      .refine(isDay, {error: dayExpected})
      .optional()
      .meta({
        description: 'The last day on which it holds (UTC). Afterwards it is an error. Left out: for good.',
        examples: ['2026-12-31'],
      }),
  },
  {error: 'expected {rule, subject, reason, until}'},
)

const pathsExpected = 'expected fields such as items.*.id or **.createdAt'
const fields = oneOrMany(text(pathsExpected), pathsExpected)

export const parityIgnore = z.strictObject(
  {
    headers: oneOrMany(text('expected the name of a header'), 'expected a header or a list of them')
      .optional()
      .meta({description: 'Headers that may differ, in any case.', examples: [['x-build', 'age']]}),
    fields: fields.optional().meta({
      description: 'Fields of JSON that may differ. * is one step, ** any number of them.',
      examples: [['items.*.id', '**.createdAt']],
    }),
    paths: oneOrMany(text('expected a pattern such as /admin/**'), 'expected a pattern or a list of them')
      .optional()
      .meta({description: 'Requests that are not sent, by their path.', examples: [['/admin/**', '/metrics']]}),
  },
  {error: 'expected {headers, fields, paths}'},
)

export const parityReplay = z.strictObject(
  {
    redact: oneOrMany(text('expected the name of a field or header'), 'expected a name or a list of names')
      .optional()
      .meta({
        description: 'Fields and headers whose values imm record does not keep, beside cookies and authorization.',
        examples: [['email', 'x-customer']],
      }),
    ignore: parityIgnore.optional().meta({
      description: 'What of the answers may differ, and what is not asked.',
      examples: [{headers: ['x-build'], fields: ['**.createdAt']}],
    }),
    unordered: fields.optional().meta({
      description: 'Arrays of JSON whose order does not matter.',
      examples: ['items', ['items.*.tags']],
    }),
  },
  {error: 'expected {redact, ignore, unordered}'},
)

export const parity = z.strictObject(
  {
    against: text('expected a side such as lock:staging.lock or image:shop:1.4')
      .optional()
      .meta({
        description: 'The side that the working tree is compared with where none is named.',
        examples: ['lock:staging.lock', 'image:registry.example/shop:1.4', 'git:main'],
      }),
    rules: z
      .record(ruleName, z.enum(['off', 'note', 'warning', 'error'], {error: severityExpected}), {
        error: 'expected a map of rules',
      })
      .optional()
      .meta({
        description: 'Severities by rule, or by the beginning of some; the longest that fits counts.',
        examples: [{'os.package.version': 'error', 'files.*': 'off'}],
      }),
    exceptions: z
      .array(parityException, {error: 'expected a list of exceptions'})
      .optional()
      .meta({
        description: 'Differences that are known and allowed.',
        examples: [[{rule: 'os.package.version', subject: 'libssl3', reason: 'staging follows', until: '2026-12-31'}]],
      }),
    replay: parityReplay
      .optional()
      .meta({description: 'How requests are kept, and their answers compared.', examples: [{redact: ['email']}]}),
  },
  {error: 'expected a map of settings'},
)
