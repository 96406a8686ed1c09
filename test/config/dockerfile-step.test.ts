import test from 'ava'

import {locateInstruction} from '../../src/config/dockerfile-step.ts'

const text = `# syntax comment
ARG VERSION=24
FROM node:$VERSION AS build
WORKDIR /app
COPY package.json .
RUN npm ci
COPY . .
RUN npm run build \\
  --if-present

FROM build AS test
RUN npm ci
RUN npm test

FROM node:24
ENV A=1
COPY --from=build /app /app
RUN npm ci
EXPOSE 3000
`

const finds = test.macro({
  title: (_title, step: string) => `locates ${step}`,
  exec(t, step: string, line: number | undefined) {
    t.is(locateInstruction(text, step), line)
  },
})

test(finds, '[build 1/6] FROM docker.io/library/node:24@sha256:abc', 3)
test(finds, '[build 2/6] WORKDIR /app', 4)
test(finds, '[build 4/6] RUN npm ci', 6)
test(finds, '[build 6/6] RUN npm run build   --if-present', 8)
test(finds, '[linux/arm64 build 4/6] RUN npm ci', 6)
// A stage on another stage has no FROM of its own to count.
test(finds, '[test 1/2] RUN npm ci', 12)
test(finds, '[test 2/2] RUN npm test', 13)
test(finds, '[stage-2 3/3] RUN npm ci', 18)
test(finds, '[stage-2 2/3] COPY --from=build /app /app', 17)
// With triggers of a base image in the count, only the text tells.
test(finds, '[build 5/8] RUN npm ci', 6)
test(finds, '[test 3/9] RUN npm test', 13)
test(finds, 'Step 1/17 : ARG VERSION=24', 2)
test(finds, 'Step 5/17 : RUN npm ci', 6)
test(finds, 'Step 9/17 : RUN npm ci', 12)
test(finds, 'Step 14/17 : RUN npm ci', 18)
test(finds, '[2/3] STEP 2/3: RUN npm ci', 12)
test(finds, '[3/3] STEP 4/5: RUN npm ci', 18)
test(finds, 'RUN npm test', 13)
test(finds, 'RUN npm ci', undefined)
test(finds, '[internal] load build definition from Dockerfile', undefined)
test(finds, '[nowhere 1/1] RUN true', undefined)
test(finds, '[build 9/9] RUN something else', undefined)
test(finds, 'exporting to image', undefined)
test(finds, '', undefined)

test('locates the steps of an only stage, and of one from scratch', (t) => {
  t.is(locateInstruction('FROM x\n\nRUN a\nRUN b\n', '[3/3] RUN b'), 4)
  t.is(locateInstruction('FROM x\n\nRUN a\nRUN b\n', 'STEP 2/3: RUN a'), 3)
  t.is(locateInstruction('FROM scratch\nCOPY a .\nRUN b\n', '[1/2] COPY a .'), 2)
})

test('reads the padding of a count above nine', (t) => {
  const runs = Array.from({length: 11}, (_, index) => `RUN step ${index + 2}`)
  t.is(locateInstruction(['FROM x AS build', ...runs].join('\n'), '[build  5/12] RUN step 5'), 5)
  t.is(locateInstruction(['FROM x', ...runs].join('\n'), '[ 5/12] RUN step 5'), 5)
})

test('goes by the kind where the builder shows the values of variables', (t) => {
  t.is(locateInstruction('FROM x\nENV D=/app\nWORKDIR $D\nRUN a\n', '[2/3] WORKDIR /app'), 3)
})

test('goes by the text where triggers of a base image shift the count', (t) => {
  t.is(locateInstruction('FROM x\nRUN a\nRUN b\nRUN c\n', 'STEP 4/6: RUN b'), 3)
})

test('has no line in an empty Dockerfile', (t) => {
  t.is(locateInstruction('', '[1/1] RUN a'), undefined)
})
