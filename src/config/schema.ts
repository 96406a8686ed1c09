import {z} from 'zod'

import {build, buildExpected} from './keys/build.ts'
import {command} from './keys/command.ts'
import {apps, compose, flip} from './keys/compose.ts'
import {drain, drainExpected, drainTime} from './keys/drain.ts'
import {guard, guardExpected, guardWindow} from './keys/guard.ts'
import {health, healthExpected, healthPath} from './keys/health.ts'
import {immutable} from './keys/immutable.ts'
import {jobs} from './keys/jobs.ts'
import {keep, warm} from './keys/keep.ts'
import {mirror} from './keys/mirror.ts'
import {parity} from './keys/parity.ts'
import {port} from './keys/port.ts'
import {previews} from './keys/previews.ts'
import {resources} from './keys/resources.ts'
import {routes} from './keys/routes.ts'
import {containerPath, oneOrMany, text} from './keys/scalars.ts'
import {secrets} from './keys/secrets.ts'
import {strategy} from './keys/strategy.ts'
import {variables} from './keys/variables.ts'
import {check} from './keys/verify.ts'
import {volume} from './keys/volumes.ts'
import {watch} from './keys/watch.ts'
import {mountedOnce} from './mounted-once.ts'

/**
 * What imm.yaml may hold of one app; each section is a file under keys/. A message says what was expected; schema-mistakes.ts adds what was found,
 * file.ts where. Descriptions and examples go into the JSON Schema that editors read.
 */

const replicasExpected = 'expected a number of containers from 1 to 100'

const single = z.strictObject(
  {
    project: text('expected a name')
      .optional()
      .meta({
        description:
          "Name of the project: its address, images and volumes. Without it package.json's name, else the directory's.",
        examples: ['shop'],
      }),
    build: z
      .union([text(buildExpected).transform((context): z.output<typeof build> => ({context})), build], {
        error: buildExpected,
      })
      .optional()
      .meta({
        description: 'How the image is built: the directory of the context, or each part of it.',
        examples: ['.', {context: '.', target: 'runtime'}],
      }),
    port: port.optional().meta({
      description:
        'Port that the application listens on in its container. Without it, the one that the Dockerfile exposes. none: it is a worker.',
      examples: [3000, 'none'],
    }),
    protocol: z
      .enum(['http1', 'h2c', 'tcp'], {error: 'expected http1, h2c or tcp'})
      .optional()
      .meta({
        description:
          'What the proxy speaks with the application. h2c: HTTP/2 without TLS, by prior knowledge. gRPC is passed on by it in any case. tcp: bytes as they are.',
        examples: ['h2c'],
      }),
    routes: routes.optional().meta({
      description:
        'Hosts and paths under which the application is reached beside the address of its environment. Longer paths win.',
      examples: ['/api', ['app.example.test', {path: '/api', strip: true}]],
    }),
    health: z
      .union([healthPath.transform((path): z.output<typeof health> => ({path})), health], {error: healthExpected})
      .optional()
      .meta({
        description:
          'What proves a release healthy. Without path, tcp, log and up: the HEALTHCHECK of the image, else any HTTP answer, else an accepted TCP connection; of a worker, that it stays up.',
        examples: ['/healthz', {tcp: true, timeout: '30s'}],
      }),
    env: variables('expected a map or a list of KEY=VALUE')
      .optional()
      .meta({
        description: "Environment of the application. A key without a value takes it from imm's own environment.",
        examples: [{LOG_LEVEL: 'debug'}, ['LOG_LEVEL=debug']],
      }),
    envFile: oneOrMany(text('expected the path of a file'), 'expected a path or a list of paths')
      .optional()
      .meta({
        description:
          'Files of KEY=VALUE lines, relative to imm.yaml. Later ones win over earlier ones, and env over all of them.',
        examples: ['.env', ['.env', '.env.local']],
      }),
    command: command.optional().meta({
      description:
        "Replaces the image's CMD. A text is split at blanks, quotes keep words together; no shell takes part.",
      examples: ['node server.js', ['node', 'server.js']],
    }),
    user: z
      .union([text('expected a user'), z.int().min(0).transform(String)], {
        error: 'expected a user such as node or 1000:1000',
      })
      .optional()
      .meta({
        description: 'User, and group after a colon, that the application runs as.',
        examples: ['node', '1000:1000'],
      }),
    volumes: z
      .array(volume, {error: 'expected a list of volumes such as data:/data'})
      .optional()
      .meta({
        description: 'Named volumes. They belong to the environment and outlive every release.',
        examples: [['data:/var/lib/data', 'models:/models:ro']],
      }),
    tmpfs: oneOrMany(containerPath, 'expected a path or a list of paths')
      .optional()
      .meta({description: 'Directories in memory, empty in every release.', examples: ['/tmp', ['/tmp', '/run']]}),
    resources: resources
      .optional()
      .meta({description: 'Limits of each container.', examples: [{memory: '512m', cpus: 1.5}]}),
    overlap: z
      .boolean({error: 'expected true or false'})
      .optional()
      .meta({
        description: 'false: the live release ends before the next one starts, as two must not run at once.',
        examples: [false],
      }),
    jobs: jobs.optional(),
    verify: z
      .array(check, {error: 'expected a list of checks such as {http: /healthz}'})
      .optional()
      .meta({
        description: 'Checks that a healthy candidate must pass before it is given the traffic, in order.',
        examples: [[{http: '/healthz'}, {command: 'npm run smoke'}]],
      }),
    immutable: immutable.optional().meta({
      description:
        'What a container may write outside of volumes and tmpfs. strict: nothing; report: it is shown as drift; replace: a container that drifted is replaced.',
      examples: ['strict'],
    }),
    replicas: z
      .int({error: replicasExpected})
      .min(1, {error: replicasExpected})
      .max(100, {error: replicasExpected})
      .optional()
      .meta({
        description: 'Containers of each release. A request goes to the one with the fewest under way.',
        examples: [1],
      }),
    strategy: strategy.optional().meta({
      description: 'How a release takes over from the one before it.',
      examples: ['blue-green', {rolling: {surge: 1, unavailable: 0}}, {canary: {steps: [{weight: 5, time: '30s'}]}}],
    }),
    mirror: mirror.optional().meta({
      description:
        'Copies GET and HEAD requests to a new release before its first client, and tells whose answers differ from the live ones.',
      examples: [true, {share: '50%', reject: true}],
    }),
    watch: watch
      .optional()
      .meta({description: 'Which changes of files count, and when.', examples: [{ignore: ['docs']}]}),
    drain: z
      .union([drainTime.transform((time): z.output<typeof drain> => ({time})), drain], {error: drainExpected})
      .optional()
      .meta({
        description:
          'How a replaced release finishes: how long its requests may take to end before they are cut, or each part of it.',
        examples: ['10s', '0s', {time: '30s', websocket: 'close', events: 'close'}],
      }),
    reload: z
      .boolean({error: 'expected true or false'})
      .optional()
      .meta({
        description: 'Has the browser load a page again once another release has the traffic.',
        examples: [true],
      }),
    guard: z
      .union([z.literal(false), guardWindow.transform((window): z.output<typeof guard> => ({window})), guard], {
        error: guardExpected,
      })
      .optional()
      .meta({
        description:
          'What a release is held to after it got the traffic; one that does worse than the release before is reverted. false: nothing.',
        examples: ['30s', {window: '30s', errors: '5%'}, false],
      }),
    keep: z
      .union([warm.transform((count): z.output<typeof keep> => ({warm: count})), keep], {
        error: 'expected a number of releases or {warm, stopped, images, disk}',
      })
      .optional()
      .meta({
        description: 'What is kept for rollback: a number of warm releases, or each part of it.',
        examples: [1, {warm: 2, images: 20, disk: '2g'}],
      }),
  },
  {error: 'expected a map of settings'},
)

const {project: _project, build: _build, ...ofApp} = single.shape

/** What is said of one of several apps, under `apps` or as `x-imm` of its service. */
export const appSchema = z
  .strictObject(ofApp, {error: 'expected a map of settings'})
  .superRefine(mountedOnce)
  .meta({id: 'app', description: 'Settings of one app of a Compose file.'})

export const configSchema = z
  .strictObject(
    {
      ...single.shape,
      secrets: secrets.optional().meta({
        description:
          "Files under /run/secrets, in memory and in no image: from a file, a variable of imm's environment, or the output of a command.",
        examples: [{db_password: {file: 'db_password.txt'}, api_key: {command: 'pass show shop/api'}}],
      }),
      compose,
      flip,
      apps: apps(appSchema),
      previews: previews.optional().meta({
        description: 'Previews of branches: which get one, with what, and how long they stay awake.',
        examples: [{branches: ['*', '!main'], idle: '30m'}],
      }),
      parity,
    },
    {error: 'expected a map of settings'},
  )
  .superRefine(mountedOnce)
  .meta({title: 'imm.yaml', description: 'Settings of imm for one project. All of them are optional.'})

/** What imm.yaml says, checked and in imm's units (ms, bytes). */
export type FileSettings = z.output<typeof configSchema>
export type AppFileSettings = z.output<typeof appSchema>
