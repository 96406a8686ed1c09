import test from 'ava'

import {isFull} from '../../src/delta/full.ts'
import {readTail, type Tail, type TailOptions} from '../../src/delta/tail.ts'

const anchor = {workingDir: '/srv', env: {BASE: 'below'}}

const read = (text: string, options: Partial<TailOptions> = {}, underneath: typeof anchor | undefined = anchor) =>
  readTail(text, {dockerfile: 'Dockerfile', ...options}, underneath)

/** `COPY /dest` for what is understood, `? /dest` for what is not known, `WORKDIR /dir`. */
const stepsOf = ({steps}: Tail) =>
  steps.map((step) => `${{copy: 'COPY', opaque: '?', workdir: 'WORKDIR'}[step.kind]} ${step.dest}`)

const tails = test.macro({
  title: (title, text: string) => title ?? `reads ${JSON.stringify(text)}`,
  exec(t, text: string, expected: string[], options?: Partial<TailOptions>) {
    const tail = read(text, options)
    t.deepEqual(isFull(tail) ? [tail.reason] : stepsOf(tail), expected)
  },
})

test('ends at the last thing that runs', tails, 'FROM x\nWORKDIR /app\nCOPY a .\nRUN make\nCOPY . .\nCMD ["a"]', [
  'COPY /app',
])
test(
  'takes WORKDIR, COPY and metadata',
  tails,
  'FROM x\nRUN make\nWORKDIR /app\nUSER me\nCOPY . .\nENV A=b\nEXPOSE 80',
  ['WORKDIR /app', 'COPY /app'],
)
test('works out a destination', tails, 'FROM x\nWORKDIR /app\nWORKDIR src\nCOPY a ./b/../c/\nCOPY a /d/', [
  'WORKDIR /app',
  'WORKDIR /app/src',
  'COPY /app/src/c',
  'COPY /d',
])
test('takes the base’s working directory where no WORKDIR is', tails, 'FROM x\nCOPY . .', ['COPY /srv'])
test('starts at the root on scratch', tails, 'FROM scratch\nCOPY . .\nWORKDIR a', ['COPY /', 'WORKDIR /a'])
test('does not know the base’s working directory under another', tails, 'FROM x\nCOPY a b\nWORKDIR /c\nCOPY d e', [
  'WORKDIR /c',
  'COPY /c/e',
])
test('goes on through the stages that it stands on', tails, 'FROM x AS a\nWORKDIR /app\nCOPY a .\nFROM A\nCOPY b .', [
  'WORKDIR /app',
  'COPY /app',
  'COPY /app',
])
test('reads the built stage', tails, 'FROM x AS a\nCOPY a /a\nFROM x\nCOPY b /b', ['COPY /a'], {target: 'A'})
test('reads JSON', tails, 'FROM x\nCOPY ["a b", "c", "/d e/"]', ['COPY /d e'])
test('joins lines and leaves comments out', tails, 'FROM x\nCOPY a \\\n  # why\n  b \\\n\n  /c/', ['COPY /c'])
test(
  'knows nothing of another stage’s files',
  tails,
  'FROM x AS a\nFROM x\nCOPY --from=a /b /c\nCOPY --from=nginx /d /e/',
  ['? /c', '? /e'],
)
test('knows where a heredoc goes', tails, 'FROM x\nCOPY <<EOF /a\nCOPY b /c\nEOF\nCOPY d /e', ['? /a', 'COPY /e'])
test('takes no heredoc of an ONBUILD for instructions', tails, 'FROM x\nONBUILD RUN <<EOF\nCOPY a /b\nEOF\nCOPY c /d', [
  'COPY /d',
])
for (const line of [
  'RUN true',
  'COPY --parents a /b',
  'COPY --exclude=*.md . /b',
  'ADD https://example.com/a /b',
  'ADD https://example.com/a.git /b',
  'ADD git@example.com:a/b /b',
  'ADD --checksum=sha256:1 a /b',
  'ADD --keep-git-dir=true a /b',
  'ADD --unpack=true a /b',
  'COPY --chmod=u+x a /b',
  'COPY --chmod=4755 a /b',
  'COPY --chmod=$MODE a /b',
  'COPY --chown=$UNKNOWN_PROXY a /b',
  'COPY "a" /b',
  String.raw`COPY a\ b /c`,
  'COPY [a] /b',
  'COPY a b /c',
  'COPY [^a]* /b/',
  'COPY a*/../$TARGETPLATFORM /b/',
  'FETCH a /b',
])
  test(`ends at ${line}`, tails, `FROM x\nARG TARGETPLATFORM\nCOPY before /before\n${line}\nCOPY after /after`, [
    'COPY /after',
  ])
test('--link changes nothing', tails, 'FROM x\nCOPY --link --chown=1:2 --chmod=0755 a /b', ['COPY /b'])

const expands = test.macro({
  title: (title, lines: string) => title ?? `expands ${JSON.stringify(lines)}`,
  exec(t, lines: string, expected: string | undefined, options?: Partial<TailOptions>) {
    const tail = read(lines.includes('FROM') ? lines : `FROM x\n${lines}`, options)
    t.deepEqual(
      isFull(tail) ? [tail.reason] : stepsOf(tail).slice(-1),
      expected === undefined ? [] : [`COPY ${expected}`],
    )
  },
})
test(expands, 'ENV A=b\nCOPY x /$A', '/b')
test(expands, 'ENV A b\nCOPY x /${A}/', '/b')
test(expands, 'ENV A="b c" B=\'$A\'\nCOPY ["x", "/$A"]', '/b c')
test(expands, 'ENV A=b\nENV A=c B=$A\nCOPY x /$B', '/b')
test(expands, 'COPY x /$NOTHING/a', '/a')
test(expands, 'COPY x /${NOTHING:-b}${NOTHING:+c}', '/b')
test(expands, 'ENV A=b\nCOPY x /${A:-c}${A:+d}', '/bd')
test(expands, 'ARG A=b\nENV A=c\nCOPY x /$A', '/c')
test(expands, 'ARG A=b\nCOPY x /$A', '/b')
test('lets arguments win over defaults', expands, 'ARG A=b\nCOPY x /$A', '/given', {args: {A: 'given'}})
test(expands, 'ARG A=b\nFROM x\nARG A\nCOPY x /$A', '/b')
test(expands, 'ARG A=b\nFROM x\nCOPY x /a$A', '/a')
test(expands, 'COPY x /$BASE', '/below')
test('lets what the base sets win over ARG', expands, 'ARG BASE=b\nCOPY x /$BASE', '/below')
test('does not know what the base set before an ENV', expands, 'COPY x /$BASE\nENV BASE=c', undefined)
test('does not know a variable of the builder', expands, 'ARG TARGETARCH\nCOPY x /$TARGETARCH', undefined)
test('does not know a proxy', expands, 'COPY x /$HTTP_PROXY', undefined)
test('does not know the ARG of an earlier stage', expands, 'FROM x AS a\nARG A=b\nFROM a\nCOPY x /a$A', undefined)
test('does not know which of two ARGs holds', expands, 'ARG A=b\nARG A=c\nCOPY x /$A', undefined)
test('does not know how others read ${A%b}', expands, 'ARG A=b\nCOPY x /${A%b}', undefined)
test(
  'does not know any variable after an ENV that it can’t read',
  expands,
  String.raw`ENV A=b\ c` + '\nCOPY x /$B',
  undefined,
)

const fulls = test.macro({
  title: (title) => title ?? '',
  exec(t, text: string, line: number, options?: Partial<TailOptions>) {
    const tail = read(text, options)
    t.like(tail, {kind: 'full', line})
    t.true(isFull(tail) && tail.reason.startsWith(`Dockerfile:${line}: `))
  },
})
test('trusts no unstable syntax', fulls, '# syntax=docker/dockerfile:1-labs\nFROM x', 1)
test('trusts nobody else with the syntax', fulls, '# syntax=example.org/dockerfile:1\nFROM x', 1)
test('trusts no syntax that may become another', fulls, '# syntax=docker/dockerfile\nFROM x', 1)
test('takes the stable syntax for what it is', (t) => {
  for (const syntax of ['docker/dockerfile:1', 'docker/dockerfile:1.7', 'docker.io/docker/dockerfile:1.7.1'])
    t.false(isFull(read(`# syntax=${syntax}\nFROM x`)))
})
test('trusts no other directive', fulls, '# escape=\\\n# check=skip=all\nFROM x', 2)
test('trusts no other escape character', fulls, '# escape=`\nFROM x', 1)
test('trusts no base that is not known', fulls, 'ARG TARGETOS\nFROM x-$TARGETOS', 2)
test('trusts no stage that acts when it is stood on', fulls, 'FROM x AS a\nONBUILD COPY . .\nFROM a', 2)
test('trusts no name that two stages have', fulls, 'FROM x AS a\nFROM y AS a\nFROM a', 2)
test('trusts no line that ends in two backslashes', fulls, 'FROM x\nRUN a \\\\\nCOPY a /b', 1)
test('trusts no heredoc without an end', fulls, 'FROM x\nRUN cat <<EOF\nCOPY a /b', 1)
test('trusts no instruction before FROM', fulls, 'RUN true\nFROM x', 1)

test('a comment is no directive', (t) => {
  t.false(isFull(read('# Run with docker run -e A=b\nFROM x')))
  t.false(isFull(read('FROM x\n# syntax=docker/dockerfile:1')))
})

test('a target that is not there is the builder’s to report', (t) => {
  t.like(read('FROM x', {target: 'nowhere'}), {kind: 'full', line: undefined})
})

test('tells the base, all bases, and whether anything comes between', (t) => {
  const text = 'ARG TAG=1\nFROM unused AS c\nFROM b:$TAG AS b\nRUN make\nFROM a AS a\nFROM a\nCOPY --from=b /x /y'
  t.like(read(text), {base: 'a', bases: ['a', 'b:1'], whole: true, above: 1})
  t.like(read('FROM a\nRUN make\nCOPY . /b'), {base: 'a', whole: false})
  t.like(read('FROM scratch\nCOPY . /b'), {base: undefined, bases: []})
})

test('counts the layers of the tail: one for each COPY, ADD and WORKDIR, none for the root', (t) => {
  t.like(read('FROM x\nCOPY . /a\nRUN a\nWORKDIR /b\nCOPY . c\nADD . d\nWORKDIR /\nENV A=b\nWORKDIR /b'), {above: 4})
})

const readersOf = (text: string, options?: Partial<TailOptions>) => {
  const tail = read(text, options)
  return isFull(tail)
    ? [tail.reason]
    : tail.readers.map(({line, sources}) => [line, sources?.map(({parts}) => parts.join('/'))])
}

test('finds what reads the context before the tail', (t) => {
  t.deepEqual(readersOf('FROM x\nCOPY a* b/./c /d/\nRUN make\nCOPY . /e'), [[2, ['a*', 'b/c']]])
  t.deepEqual(readersOf('FROM x\nCOPY $A /d/\nRUN make'), [[2, undefined]])
  t.deepEqual(readersOf('FROM x\nCOPY --parents a/**/b /d/\nRUN make'), [[2, undefined]])
  t.deepEqual(readersOf('FROM x\nADD https://example.com/a /d/\nRUN make'), [[2, []]])
})

test('finds what reads the context in stages that the build needs, and in no others', (t) => {
  const text = 'FROM x AS a\nCOPY a /\nFROM x AS b\nCOPY b /\nFROM x AS c\nCOPY c /\nFROM x\nCOPY d /\n'
  t.deepEqual(readersOf(text), [])
  t.deepEqual(readersOf(`${text}COPY --from=B /x /`), [[4, ['b']]])
  t.deepEqual(readersOf(`${text}COPY --from=1 /x /`), [[4, ['b']]])
  t.deepEqual(readersOf(`${text}COPY --from=elsewhere /x /`), [])
  t.deepEqual(readersOf(`${text}RUN --mount=type=bind,from=c,target=/c make`), [
    [8, ['d']],
    [6, ['c']],
  ])
  t.is(readersOf(`${text}RUN --mount=from=$c make`).length, 4)
})

const mounted = (options: string) => readersOf(`FROM x\nRUN --mount=${options} sh -c "make"`)

test('finds what a RUN mounts of the context', (t) => {
  t.deepEqual(mounted('type=bind,source=package.json,target=p'), [[2, ['package.json']]])
  t.deepEqual(mounted('src=a/b,target=p'), [[2, ['a/b']]])
  t.deepEqual(mounted('type=bind,target=.'), [[2, ['']]])
  t.deepEqual(mounted('type=bind,source=$A,target=.'), [[2, undefined]])
  t.deepEqual(mounted('type=cache,target=/root'), [])
  t.deepEqual(mounted('type=secret,id=a'), [])
})

const reasonsOf = (text: string) => {
  const tail = read(text)
  return isFull(tail) ? [] : tail.readers.map(({reason}) => `${reason.line} ${reason.text}`)
}

test('names the line that a change would have to run again', (t) => {
  t.deepEqual(reasonsOf('FROM x\nCOPY . /a\nENV A=b\nRUN npm ci'), ['4 RUN npm ci could read {}'])
  t.deepEqual(reasonsOf('FROM x\nCOPY --parents . /a'), [
    '2 COPY --parents . /a reads {}, and --parents is not understood',
  ])
  t.deepEqual(reasonsOf('FROM x AS build\nCOPY . /a\nFROM x\nCOPY --from=build /a /a'), [
    '2 COPY . /a reads {} for stage build',
  ])
})
