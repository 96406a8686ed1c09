import {dpkgStatus} from './contents.ts'
import {images, type Pair} from './pair.ts'
import {type Files, shop, type Shop, tools} from './shop.ts'
import {answers, plainShop, runs, slim, web} from './sides.ts'

const later = new Date('2026-11-28T12:00:00Z')

/** Each file in a layer of its own. */
const apart = ({base, packages, app}: Shop): readonly Files[] => [
  base,
  ...[packages, app].flatMap((files) => Object.entries(files).map(([path, spec]) => ({[path]: spec}))),
]

const together = ({base, packages, app}: Shop): readonly Files[] => [base, {...packages, ...app}]

/** With what a step writes and the next one replaces or deletes. */
const withDetour = ({base, packages, app}: Shop): readonly Files[] => [
  base,
  {...packages, 'app/server.js': 'draft()', 'app/notes.txt': 'to be deleted'},
  {...app, 'app/.wh.notes.txt': ''},
]

const reversed = (values: unknown): unknown[] => (values as unknown[]).toReversed()

export const samePairs: readonly Pair[] = [
  images('the same, read twice', undefined, {}),
  images('rebuilt at another time', undefined, {}, {mtime: later, created: later.toISOString()}),
  images('each file in a layer of its own', undefined, {}, {split: apart}),
  images('all files in two layers', undefined, {}, {split: together}),
  images('files that a later layer replaces and deletes', undefined, {}, {split: withDetour}),
  images('an OCI layout in the place of an archive of docker save', undefined, {}, {archive: 'none'}),
  images('layers compressed by gzip', undefined, {}, {archive: 'gzip'}),
  images('layers compressed by zstd', undefined, {}, {archive: 'zstd'}),
  images('variables in another order', undefined, {config: {Env: reversed(shop.config['Env'])}}),
  images("dpkg's database in another order", undefined, {
    packages: {'var/lib/dpkg/status': dpkgStatus(Object.fromEntries(Object.entries(tools).toReversed()))},
  }),
  images('what each build writes anew: logs, caches, compiled Python', undefined, {
    packages: {'var/log/dpkg.log': later.toISOString(), 'var/cache/ldconfig/aux-cache': 'aux'},
    app: {'app/__pycache__/tool.cpython-312.pyc': 'compiled'},
  }),
  images('what package managers note of the day of the build', undefined, {
    app: {
      'app/node_modules/.modules.yaml': later.toISOString(),
      'app/node_modules/.pnpm-workspace-state-v1.json': later.toISOString(),
      'root/.cache/pip/x': later.toISOString(),
      'root/.config/configstore/update-notifier-npm.json': later.toISOString(),
    },
  }),
  images('a link to the same place, written otherwise', undefined, {
    app: {'app/public/current': {to: '/app/public/index.html'}},
  }),
  images('files in another order', undefined, {app: Object.fromEntries(Object.entries(shop.app).toReversed())}),
  images('labels of another build', undefined, {
    config: {
      Labels: {team: 'shop', 'org.opencontainers.image.revision': '0d1e2f3', 'org.opencontainers.image.created': 'now'},
    },
  }),
  images(
    'another name of the image, and other instructions',
    undefined,
    {},
    {
      names: ['registry.example.org/shop:2'],
      history: [{created_by: 'ADD base'}, {created_by: 'RUN apt-get install curl'}, {created_by: 'COPY . .'}],
    },
  ),
  images('a base image that was pushed again', undefined, {}, {base: {...slim, digest: `sha256:${'3'.repeat(64)}`}}),
  images('what is said as it would be anyhow', undefined, {
    config: {
      StopSignal: 'SIGTERM',
      ExposedPorts: {'3000': {}},
      Healthcheck: {Test: ['CMD', 'node', 'healthy.js'], Interval: 10e9, Retries: 3, Timeout: 30e9},
    },
  }),
  {
    title: 'the same in the words of Compose and of Kubernetes',
    sides: () =>
      Promise.resolve([
        runs('compose:compose.yaml#web', {
          restart: 'unless-stopped',
          capDrop: ['all'],
          networks: ['frontend', 'backend'],
        }),
        runs('k8s:web.yaml', {
          source: 'web.yaml',
          image: 'docker.io/library/shop:1',
          init: false,
          networkMode: 'bridge',
          env: reversed(runs('').run?.env) as NonNullable<ReturnType<typeof runs>['run']>['env'],
        }),
      ]),
  },
  {
    title: 'one of two images that says how it is run',
    sides: async () => [
      {...(await plainShop('compose:compose.yaml#web')), run: runs('').run},
      await plainShop('image:shop:1'),
    ],
    uncompared: ['run'],
  },
  {
    title: 'the user of the image by his number, and paths with a slash at the end',
    sides: async () => {
      const side = await plainShop('compose:compose.yaml#web')
      return [
        {...side, run: runs('', {config: {user: '1000:1000', workdir: '/app/', stopSignal: '15'}}).run},
        {...side, run: runs('').run},
      ]
    },
  },
  {
    title: 'capabilities, a tmpfs and a restart policy in other words',
    sides: () =>
      Promise.resolve([
        runs('compose:compose.yaml#web', {capAdd: ['CHOWN', 'ALL'], capDrop: [], restart: 'on-failure'}),
        runs('compose:other.yaml#web', {
          capAdd: ['all'],
          capDrop: ['ALL'],
          restart: 'on-failure:0',
          tmpfs: ['/tmp/:rw,nosuid,nodev,size=67108864'],
        }),
      ]),
  },
  {
    title: 'answers of another time',
    sides: () =>
      Promise.resolve([
        answers('https://a.example.org'),
        answers('https://b.example.org', {
          url: 'https://b.example.org',
          headers: {...web.headers, age: '12', 'content-length': '9'},
        }),
      ]),
  },
]
