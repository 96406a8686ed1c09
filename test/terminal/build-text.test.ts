import test from 'ava'

import type {Image} from '../../src/lifecycle/ports.ts'
import {builtText, verdictText} from '../../src/terminal/build-text.ts'
import {explainText, overviewText} from '../../src/terminal/explain-text.ts'

const verdict = {release: 'sha256:1', references: ['imm/shop/app:main-r2-1234567'], delta: true, files: 3}

test('an image is told by its names, its digest and the layers that are its own, each in one line', (t) => {
  const long = `RUN /bin/sh -c apk add\n  ${'a-package '.repeat(20)}`
  const text = builtText({
    project: 'shop',
    app: 'web',
    snapshot: 'sha256:5',
    settings: 'sha256:6',
    revision: 'c0ffee',
    references: ['imm/shop/web:5', 'shop:1.4'],
    image: {id: 'sha256:1', sizeBytes: 130_000_000} as Image,
    own: [
      {digest: 'sha256:2', bytes: 1536, instruction: 'WORKDIR /app'},
      {digest: 'sha256:3', bytes: 12, instruction: long},
    ],
  })
  t.is(
    text,
    `imm/shop/web:5
shop:1.4
  image     sha256:1
  snapshot  sha256:5
  revision  c0ffee
  size      130 MB
  layers
  sha256:2  1.5 kB  WORKDIR /app
  sha256:3  12 B    RUN /bin/sh -c apk add a-package a-package a-package a-pack…`,
  )
})

test('no difference is said in one line, with how much was compared and with what', (t) => {
  t.is(
    verdictText({...verdict, differences: []}),
    'The same as imm/shop/app:main-r2-1234567 (one layer on an older full image): 3 paths and the config compared, no difference.',
  )
  t.regex(
    verdictText({...verdict, delta: false, references: [], differences: []}),
    /^The same as sha256:1 \(a full image/,
  )
})

test('of many differences the first twenty are listed, and all are counted', (t) => {
  const differences = Array.from({length: 22}, (_, index) => ({path: `/f${index}`, what: 'other content'}))
  const lines = verdictText({...verdict, differences}).split('\n')
  t.regex(lines[0] ?? '', /^Not the same as .*: 22 differences in 3 paths and the config\.$/)
  t.is(lines.length, 22)
  t.is(lines[1], '  /f0: other content')
  t.is(lines.at(-1), '  and 2 more')
  t.is(verdictText({...verdict, differences: differences.slice(0, 20)}).split('\n').length, 21)
})

const path = {kind: 'file', line: undefined, advice: undefined} as const

test('an explanation says what, why, and how to do better where that is known', (t) => {
  const paths = [
    {...path, file: 'a.js', how: 'delta', reason: 'COPY copies it'},
    {...path, file: 'b.js', how: 'full', reason: 'RUN reads it', advice: 'Copy it later.'},
  ] as const
  t.is(
    explainText(paths),
    `a.js: one layer, whatever the size of the project
  COPY copies it
b.js: a full build
  RUN reads it
  cheaper: Copy it later.`,
  )
})

test('an overview marks directories, and says each advice once', (t) => {
  const advised = {...path, how: 'full', reason: 'RUN reads it', advice: 'Copy it later.'} as const
  const text = overviewText(
    [
      {...advised, file: 'src', kind: 'directory'},
      {...advised, file: 'b.js'},
    ],
    Infinity,
  )
  t.is(
    text,
    'a change of  costs  because\nsrc/         full   RUN reads it\nb.js         full   RUN reads it\ncheaper: Copy it later.',
  )
  t.is(overviewText([], Infinity), 'Nothing enters the image.')
})
