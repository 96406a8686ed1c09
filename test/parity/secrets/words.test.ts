import test from 'ava'

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
