import test from 'ava'

import {instructionText, secretsOfInstruction} from '../../../src/parity/lint/instruction.ts'
import {madeSecrets, random} from '../secrets/scan/made-secrets.ts'

for (const [createdBy, text] of [
  ['/bin/sh -c #(nop)  CMD ["node"]', 'CMD ["node"]'],
  ['/bin/sh -c apt-get   update', 'RUN apt-get update'],
  ['RUN /bin/sh -c npm ci # buildkit', 'RUN npm ci'],
  ['COPY . . # buildkit', 'COPY . .'],
  ['RUN |2 A=1 B=two words /bin/sh -c npm ci # buildkit', 'RUN npm ci'],
  ['|1 A=1 /bin/sh -c npm ci', 'RUN npm ci'],
  [`/bin/sh -c #(nop) COPY dir:${'0123456789abcdef'.repeat(4)} in /app `, 'COPY dir:01234567… in /app'],
  [`/bin/sh -c #(nop) ADD file:${'0123456789abcdef'.repeat(4)} in / `, 'ADD file:01234567… in /'],
  [`RUN /bin/sh -c ${'a'.repeat(100)}`, `RUN ${'a'.repeat(55)}…`],
] as const)
  test(`shown short and as its Dockerfile has it: ${createdBy.slice(0, 50)}`, (t) => {
    t.is(instructionText(createdBy), text)
  })

test('a build argument that is a secret is found by its name or its value, and not printed', (t) => {
  const token = madeSecrets['npm token'] ?? ''
  const password = random(12)
  const createdBy = `RUN |4 NODE_ENV=production NPM=${token} DB_PASSWORD=${password} TOKEN_FILE=/run/token /bin/sh -c npm ci # buildkit`
  t.deepEqual(secretsOfInstruction(createdBy), [
    {kind: 'build argument NPM', shown: `${token.slice(0, 4)}…`},
    {kind: 'build argument DB_PASSWORD', shown: `${password[0]}…`},
  ])
  t.is(instructionText(createdBy), 'RUN npm ci')
})

test('a secret in the words of an instruction is found, and left out where it is shown', (t) => {
  const token = madeSecrets['GitHub token'] ?? ''
  const createdBy = `RUN /bin/sh -c curl -H "Authorization: ${token}" https://x # buildkit`
  t.deepEqual(secretsOfInstruction(createdBy), [{kind: 'GitHub token', shown: 'ghp_…'}])
  t.regex(instructionText(createdBy), /^RUN curl -H "\S*secret\S*" https:\/\/x$/)
})

test('a password that is an option of a command is not shown', (t) => {
  const password = random(12)
  const text = instructionText(`RUN /bin/sh -c mysql --password ${password} -e "x" && login --token=${password}`)
  t.false(text.includes(password))
  t.true(text.startsWith('RUN mysql --password '))
})
