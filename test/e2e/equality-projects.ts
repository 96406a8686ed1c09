import * as fc from 'fast-check'

/** One thing that somebody does to a project's files. */
export type Edit =
  | {does: 'write'; path: string; content: string; mode: number}
  | {does: 'make directory'; path: string}
  | {does: 'link'; path: string; target: string}
  | {does: 'remove'; path: string}
  | {does: 'move'; path: string; to: string}
  | {does: 'change mode'; path: string; mode: number}

export interface Story {
  /** without FROM */
  dockerfile: readonly string[]
  /** in place of mounts */
  copies: readonly {from: string; to: string}[]
  /** the Dockerfile is no file */
  inline: boolean
  ignored: readonly string[]
  first: readonly Edit[]
  /** saved one after the other */
  edits: readonly (readonly Edit[])[]
}

// Few names, so that edits meet: what was a file becomes a directory, what was removed comes back.
const names = ['a.txt', 'b.txt', 'src', 'lib', 'sub', 'x.js', 'c d.txt']
const path = fc.array(fc.constantFrom(...names), {minLength: 1, maxLength: 3}).map((parts) => parts.join('/'))
const mode = fc.constantFrom(0o644, 0o755, 0o600, 0o444)
const content = fc.constantFrom('', 'one', 'two', 'three\n')

const edit: fc.Arbitrary<Edit> = fc.oneof(
  {weight: 8, arbitrary: fc.record({does: fc.constant('write'), path, content, mode})},
  {weight: 2, arbitrary: fc.record({does: fc.constant('make directory'), path})},
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('link'),
      path,
      target: fc.constantFrom('a.txt', '../b.txt', 'nowhere', 'src'),
    }),
  },
  {weight: 4, arbitrary: fc.record({does: fc.constant('remove'), path})},
  {weight: 2, arbitrary: fc.record({does: fc.constant('move'), path, to: path})},
  {weight: 2, arbitrary: fc.record({does: fc.constant('change mode'), path, mode})},
)

const chown = fc.constantFrom(
  '',
  '',
  '',
  '--chown=1000:1001 ',
  '--chown=7 ',
  '--chown=nobody ',
  '--chown=nobody:nogroup ',
)
const chmod = fc.constantFrom('', '', '', '', '--chmod=750 ')
const copied = fc.constantFrom(
  '. .',
  '. ./',
  '. /srv/all',
  './ inner/',
  'src ./src',
  'src /srv/code/',
  'src/ .',
  'src lib /srv/both/',
  'a.txt .',
  'a.txt b.txt ./texts/',
  'a.txt /srv/a',
  'a.txt /srv/renamed.txt',
  '*.txt ./',
  '*.txt /srv/texts/',
  's* /srv/glob/',
  '["c d.txt", "./"]',
  'src/x.js src/',
  '${WHERE} ./variable/',
)
const copy = fc.tuple(fc.constantFrom('COPY', 'COPY', 'COPY', 'ADD'), chown, chmod, copied).map((parts) => {
  const [instruction, owner, bits, rest] = parts
  return `${instruction} ${owner}${bits}${rest}`
})
const metadata = fc.constantFrom(
  'ENV A=1',
  'ENV WHERE=lib',
  'USER nobody',
  'EXPOSE 80',
  'LABEL a=b',
  'VOLUME /data',
  'CMD ["true"]',
)
const workdir = fc.constantFrom('WORKDIR /app', 'WORKDIR /app', 'WORKDIR deeper', 'WORKDIR /srv', 'WORKDIR /app/src')
// What is there before the source comes, and what may be in its way.
const before = fc.constantFrom(
  'RUN ["/bin/busybox", "true"]',
  'RUN ["/bin/busybox", "mkdir", "-p", "/app/src/sub", "/srv/texts"]',
  'RUN ["/bin/busybox", "sh", "-c", "/bin/busybox mkdir -p /app/src && echo below > /app/src/a.txt && /bin/busybox chmod 700 /app"]',
  'RUN ["/bin/busybox", "sh", "-c", "/bin/busybox mkdir -p /app /srv && /bin/busybox ln -s /srv /app/lib && echo below > /srv/a.txt"]',
  'COPY a.tx[t] ./',
)
const fromStage = fc.constantFrom(
  'COPY --from=made /out ./out',
  'COPY --from=made /out/a.txt src/',
  'COPY --from=made /out .',
)
const last = fc.oneof(
  {weight: 1, arbitrary: fromStage},
  {weight: 6, arbitrary: copy},
  {weight: 2, arbitrary: metadata},
  {weight: 1, arbitrary: workdir},
)

const dockerfile = fc
  .tuple(
    fc.array(workdir, {maxLength: 1}),
    fc.array(fc.oneof(before, metadata), {maxLength: 2}),
    fc.array(last, {minLength: 1, maxLength: 4}),
  )
  .map((parts) => ['ENV WHERE=src', ...parts.flat()])

const ignored = fc.array(fc.constantFrom('lib', '*.js', '**/b.txt', '!src/b.txt', 'sub/', 'src/sub'), {maxLength: 2})

/** A stage of its own, which is only built where something is copied from it; it reads the source as well. */
export const stage = [
  'RUN ["/bin/busybox", "sh", "-c", "/bin/busybox mkdir /out && echo made > /out/a.txt"]',
  'COPY a.txt /out/sub/',
]

const mounted = fc.constantFrom(
  {from: '.', to: '/app'},
  {from: './src', to: '/app/src'},
  {from: 'src', to: '/srv/mounted'},
  {from: 'lib/', to: '/app/src/sub'},
  {from: 'a.txt', to: '/app/a.txt'},
  {from: 'a.txt', to: '/srv/a.conf'},
  {from: 'c d.txt', to: '/app/c d.txt'},
)

/** Projects, Dockerfiles and edits that touch every rule of delta images. */
export const stories: fc.Arbitrary<Story> = fc.record({
  dockerfile,
  copies: fc.oneof(
    {weight: 2, arbitrary: fc.constant([])},
    {weight: 1, arbitrary: fc.array(mounted, {minLength: 1, maxLength: 2})},
  ),
  inline: fc.oneof({weight: 3, arbitrary: fc.constant(false)}, {weight: 1, arbitrary: fc.constant(true)}),
  ignored,
  first: fc.array(edit, {maxLength: 8}),
  edits: fc.array(fc.array(edit, {minLength: 1, maxLength: 3}), {minLength: 1, maxLength: 4}),
})
