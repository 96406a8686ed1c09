import test from 'ava'
import * as fc from 'fast-check'

import {withoutSecrets} from '../../../src/parity/secrets/words.ts'
import {madeSecrets, privateKey} from './scan/made-secrets.ts'

for (const text of [
  'node server.js --token hunter2x',
  'node server.js --token=hunter2x',
  'ENV DB_PASSWORD=hunter2x NODE_ENV=production',
  '/bin/sh -c #(nop)  ENV DB_PASSWORD="hunter2x and more"',
  '|1 NPM_TOKEN=hunter2x /bin/sh -c npm ci # buildkit',
  'RUN /bin/sh -c curl -H "X-Api-Key: hunter2x" https://api.example',
  "sh -c 'export API_KEY=hunter2x; exec node'",
  'pg_dump postgres://shop:hunter2x@db/shop',
])
  test(`what is secret in ${text} is taken out of it`, (t) => {
    t.notRegex(withoutSecrets(text), /hunter2x/)
    t.regex(withoutSecrets(text), /secret:[0-9a-f]{24}/)
  })

test('known forms and keys are taken out wherever they stand', (t) => {
  for (const secret of Object.values(madeSecrets))
    t.false(withoutSecrets(`echo ${secret} > /x`).includes(secret), secret)
  t.false(withoutSecrets(`echo "${privateKey()}" > /key`).includes('AAAA'))
  t.regex(withoutSecrets(`echo "${privateKey()}" > /key`), /^secret:/)
})

const digest = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'
for (const text of [
  `/bin/sh -c #(nop) COPY dir:${digest} in /app `,
  `/bin/sh -c #(nop) ADD file:${digest} in / `,
  `/bin/sh -c #(nop) COPY multi:${digest} in /run/token/ `,
  `COPY --from=node:24@sha256:${digest} /usr/local /usr/local # buildkit`,
  `ENV NODE_SHA256=${digest}`,
])
  test(`what builders name by a digest is no secret: ${text}`, (t) => {
    t.is(withoutSecrets(text), text)
  })

test('what is secret beside such a digest is taken out all the same', (t) => {
  t.notRegex(withoutSecrets(`TOKEN=hunter2@sha256:${digest}`), /hunter2/)
  t.notRegex(withoutSecrets(`DB_PASSWORD=dir:${digest}`), /9f86d0/)
  t.notRegex(withoutSecrets(`ENV NODE_SHA256=${madeSecrets['GitHub token']}`), /ghp_/)
})

test('what was taken out of the beginning of a line in quotes stays as it is, and the rest is looked through', (t) => {
  const once = 'RUN "secret:af1a7eda04beb5780071c1ef in /app"'
  t.is(withoutSecrets(once), once)
  t.notRegex(withoutSecrets(once.replace('in /app', '--token hunter2x')), /hunter2x/)
})

test('what was taken out once stays as it is the next time', (t) => {
  const secrets = fc.constantFrom('hunter2x', `dir:${digest}`, digest, ...Object.values(madeSecrets))
  const word = fc.tuple(
    fc.constantFrom(
      '',
      'A=',
      'API_KEY=',
      'token:',
      '--token=',
      '--token ',
      '-H "X-Api-Key: ',
      'export DB_PASSWORD=',
      'postgres://a:',
    ),
    secrets,
    fc.constantFrom('', '"', ';', ' more', '@db/x', ' in /app'),
  )
  fc.assert(
    fc.property(fc.array(word, {maxLength: 4}), fc.constantFrom('', '"', "'"), (words, quote) => {
      const text = `RUN ${quote}${words.map((parts) => parts.join('')).join(' ')}${quote}`
      const once = withoutSecrets(text)
      t.is(withoutSecrets(once), once)
    }),
    {numRuns: 500},
  )
})

for (const text of [
  'node --max-old-space-size=4096 "src/server with blank.js"',
  'RUN /bin/sh -c set -eux; apt-get update && apt-get install -y --no-install-recommends ca-certificates # buildkit',
  'COPY dir:3b68f2 in /app',
  "it's an unfinished quote",
  'CMD ["node" "--port=3000"]',
  'ENV PATH=/usr/local/bin:/usr/bin NODE_VERSION=24.1.0',
])
  test(`${text} stays as it is`, (t) => {
    t.is(withoutSecrets(text), text)
  })

test('what a header says of who asks is hidden, and a variable that a shell puts in is not', (t) => {
  for (const text of [
    'curl -H "Authorization: Bearer hunter2-hunter2" http://x',
    "wget --header='authorization: Basic aHVudGVyMjpodW50ZXIy'",
  ]) {
    t.regex(withoutSecrets(text), /secret:[0-9a-f]{24}/)
    t.notRegex(withoutSecrets(text), /hunter2|aHVudGVy/)
  }
  t.is(withoutSecrets('-H "Authorization: Bearer $TOKEN"'), '-H "Authorization: Bearer $TOKEN"')
})
