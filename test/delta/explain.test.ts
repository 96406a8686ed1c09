import test from 'ava'

import {explainFile} from '../../src/delta/explain.ts'
import {tree} from '../support/source-tree.ts'

const project = tree({
  'package.json': '',
  'package-lock.json': '',
  'src/a.js': '',
  'README.md': '',
  'lib.tar': '',
  Dockerfile: '',
})

const explain = (text: string, path: string, dockerfile = 'Dockerfile') =>
  explainFile(text, {dockerfile}, project, path)

test('a file that nothing runs after costs a delta, whatever the base sets', (t) => {
  t.deepEqual(explain('FROM x\nCOPY package*.json $HOME/\nRUN npm ci\nCOPY . .\nCMD a', 'src/a.js'), {
    cost: 'delta',
    reason: 'Dockerfile:4: COPY . . copies src/a.js, and nothing runs after it',
    line: 4,
    advice: undefined,
  })
})

test('a file that an installer could read costs a full build, and the advice says what it needs', (t) => {
  t.deepEqual(explain('FROM x\nWORKDIR /app\nCOPY . .\nRUN npm ci --omit=dev\nCMD a', './src/a.js'), {
    cost: 'full',
    reason: 'Dockerfile:4: RUN npm ci --omit=dev could read src/a.js',
    line: 4,
    advice:
      'COPY . . on line 3 is read by RUN npm ci --omit=dev on line 4: copy package.json and the lock file alone before it, and the rest after it.',
  })
})

test('the advice for other commands names no file', (t) => {
  t.is(
    explain('FROM x\nCOPY . .\nRUN make', 'src/a.js').advice,
    'COPY . . on line 2 is read by RUN make on line 3: copy only what it needs before it, and the rest after it.',
  )
})

test('a file that the installer needs has no cheaper place', (t) => {
  t.like(explain('FROM x\nCOPY . .\nRUN npm ci', 'package-lock.json'), {cost: 'full', advice: undefined})
})

test('a file that goes through another stage has no cheaper place', (t) => {
  const text = 'FROM x AS build\nCOPY . .\nRUN npm run build\nFROM x\nCOPY --from=build /dist /dist'
  t.deepEqual(explain(text, 'src/a.js'), {
    cost: 'full',
    reason: 'Dockerfile:2: COPY . . reads src/a.js for stage build',
    line: 2,
    advice: undefined,
  })
})

test('a file that nothing reads costs nothing', (t) => {
  t.deepEqual(explain('FROM x\nCOPY src .', 'README.md'), {
    cost: 'none',
    reason: 'nothing in Dockerfile reads README.md',
    line: undefined,
    advice: undefined,
  })
})

test('a file that is ignored or not there costs nothing', (t) => {
  t.like(explain('FROM x\nCOPY . .', 'gone'), {cost: 'none', reason: 'gone is not in the build context'})
})

test('an archive, the Dockerfile and another syntax cost full builds', (t) => {
  t.like(explain('FROM x\nADD lib.tar /a/', 'lib.tar'), {
    cost: 'full',
    reason: 'Dockerfile:2: ADD lib.tar /a/ could unpack lib.tar',
    line: 2,
    advice: undefined,
  })
  t.like(explain('FROM x\nCOPY . .', 'Dockerfile', './Dockerfile'), {cost: 'full', line: undefined})
  t.like(explain('# syntax=docker/dockerfile:1-labs\nFROM x\nCOPY . .', 'src/a.js'), {
    cost: 'full',
    line: 1,
    advice: 'Take the # syntax line away: what the engine brings understands most Dockerfiles.',
  })
})
