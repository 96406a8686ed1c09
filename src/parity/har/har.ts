import {z} from 'zod'

const pair = z.object({name: z.string(), value: z.string()})

/** What the tools of all kinds agree on; each adds its own, which passes through. */
export const harEntry = z.looseObject({
  startedDateTime: z.string(),
  time: z.number(),
  request: z.looseObject({
    method: z.string().min(1),
    url: z.string().min(1),
    httpVersion: z.string().default('HTTP/1.1'),
    cookies: z.array(pair).default([]),
    headers: z.array(pair),
    queryString: z.array(pair).default([]),
    postData: z
      .looseObject({
        mimeType: z.string().default(''),
        text: z.string().optional(),
        params: z.array(z.looseObject({name: z.string(), value: z.string().optional()})).optional(),
        /** of imm: `base64`, since HAR 1.2 has no way to hold bytes here */
        _encoding: z.string().optional(),
      })
      .optional(),
    headersSize: z.number().default(-1),
    bodySize: z.number().default(-1),
  }),
  response: z.looseObject({
    status: z.number(),
    statusText: z.string().default(''),
    httpVersion: z.string().default('HTTP/1.1'),
    cookies: z.array(pair).default([]),
    headers: z.array(pair),
    content: z.looseObject({
      size: z.number().default(0),
      compression: z.number().optional(),
      mimeType: z.string().default(''),
      text: z.string().optional(),
      encoding: z.string().optional(),
      comment: z.string().optional(),
    }),
    redirectURL: z.string().default(''),
    headersSize: z.number().default(-1),
    bodySize: z.number().default(-1),
  }),
  cache: z.looseObject({}).default({}),
  timings: z
    .looseObject({send: z.number().nullish(), wait: z.number().nullish(), receive: z.number().nullish()})
    .default({}),
})

export type HarEntry = z.output<typeof harEntry>

export interface HarPair {
  name: string
  value: string
}

/** The tool that wrote it, and what it kept. */
export interface Har {
  creator: string
  entries: readonly HarEntry[]
}
