/**
 * Every error that imm shows: a stable code and the next step that helps when nothing more exact is known.
 * The codes are a contract (`--json`, docs/errors.md, which a test holds to this table).
 */
export const errorTable = {
  USAGE: 'See `imm --help`, or `imm COMMAND --help` for one command.',
  CONFIG_INVALID: 'Correct what is named; docs/config.md lists every key with its default and an example.',
  COMPOSE_INVALID: 'Correct what is named; the Compose Specification says what each key takes.',
  COMPOSE_UNSUPPORTED: 'Take the key out, or say it otherwise as the message has it; docs/compose.md lists every key.',
  PROJECT_NOT_FOUND: 'Run imm in a directory with a Dockerfile, or let `imm init` write one.',
  DOCKERFILE_INVALID: 'Correct the named line of the Dockerfile.',
  CONTEXT_UNREADABLE: 'Make the file readable, or keep it out of the image with a line in .dockerignore.',
  SNAPSHOT_MOVED: 'A file changed while it was being read; imm starts again by itself.',
  PORT_UNKNOWN: 'Set `port:` in imm.yaml, or have one EXPOSE in the Dockerfile.',
  PORT_IN_USE: 'Choose another port, or stop the program that holds it.',
  ROUTE_TAKEN: 'Choose another host or path under `routes:` in imm.yaml, or take down what has it with `imm down`.',
  WATCH_LIMIT: 'Raise the limit of file watches, or use `imm dev --poll`.',
  ENGINE_MISSING: 'Install Docker or Podman, start it, then run `imm doctor`.',
  ENGINE_DENIED: 'Give your user access to the engine (group `docker`, or rootless Podman), then log in again.',
  ENGINE_UNRESPONSIVE: 'The engine accepts connections and does not answer: restart it, then run `imm doctor`.',
  ENGINE_LOST: 'The engine went away; imm goes on when it is back.',
  ENGINE_REFUSED: 'The engine refused the call; its own words are in the message.',
  ENGINE_DISK_FULL:
    'Free some space: `imm gc` removes what imm does not need, `docker system df` shows the rest; what is live serves on.',
  BUILD_FAILED: 'Correct the failing instruction and save.',
  BUILD_SECRETS_REFUSED: 'Build with Docker and its BuildKit, or take the secrets out of the Dockerfile.',
  LAYER_REFUSED: 'imm builds the image in full instead.',
  BASE_IMAGE_MISSING: 'Check the image name and that its registry can be reached.',
  IMAGE_UNAVAILABLE: 'Check the name of the image; where its registry asks for credentials, `docker login` once.',
  EXTERNAL_MISSING: 'Make what is external with the engine, or take `external: true` out of the Compose file.',
  SERVICE_FAILED: 'Its last lines of output say why; `imm logs --service NAME` shows the rest.',
  SERVICE_NOT_FOUND: '`imm status` lists the services that there are; `imm dev` starts them.',
  SECRET_UNAVAILABLE:
    'Make what it is read from available, then save; its name and where it comes from are in the message.',
  VOLUME_NOT_FOUND: '`imm volume ls` lists the volumes that there are, and their snapshots.',
  VOLUME_IN_USE: 'End what uses it first: `imm down` ends an environment, and keeps its volumes.',
  VOLUME_BUSY: 'Wait until the other `imm volume` has ended.',
  VOLUME_INCOMPLETE: 'Restore it again: `imm volume ls` lists its snapshots, the one before the restore among them.',
  VOLUME_ELSEWHERE: 'Change what is in it where it is kept; snapshots of it can be restored into other volumes.',
  SNAPSHOT_EXISTS: 'Choose another name, or remove that one: `imm volume rm VOLUME@SNAPSHOT`.',
  SNAPSHOT_FAILED: 'Its last lines of output say why; the data are as they were.',
  RESTORE_FAILED: 'Its last lines of output say why.',
  SEED_FAILED: 'Correct what is named under `previews.seed`; its last lines of output say why.',
  NOT_CONFIRMED: 'Say yes where you are asked, or run it again with --yes.',
  CRASHED: 'Its last lines of output say why; correct it and save.',
  OUT_OF_MEMORY: 'Raise `resources.memory` in imm.yaml, or let the application use less.',
  UNHEALTHY: 'Set `health:` and `port:` in imm.yaml to where the application answers.',
  WRONG_PORT: 'Set `port:` in imm.yaml to the port the application listens on.',
  LOOPBACK_ONLY: 'Let the application listen on 0.0.0.0 inside its container instead of 127.0.0.1.',
  JOB_FAILED: 'Correct the job or what it needs, and save.',
  GATE_FAILED: 'Correct what the check found, or the check itself under `verify:` in imm.yaml, and save.',
  CANARY_WORSE: 'Its errors or its times say what to correct; the live release has all of the traffic again.',
  MIRROR_DIFFERS:
    'The event `mirrored` shows requests whose answers differ; where that is meant, set `mirror.reject: false`.',
  TOGETHER_REJECTED: 'Correct the other application and save: this one is tried again with it.',
  ABORTED: 'The live release has all of the traffic; the next save is tried as usual.',
  NOT_UNDER_WAY: 'A canary takes its steps for as long as imm.yaml says; `imm status` shows whether one does.',
  REVERTED: 'Its errors or its times say what to correct; the release before has all of the traffic again.',
  GENERATION_STALE: 'A newer release was already given the traffic; nothing to do.',
  RELEASE_NOT_FOUND: '`imm status` lists the releases that can be rolled back to.',
  RELEASE_PAUSED: 'Give it the traffic with `imm rollback RELEASE`, or name the live one.',
  COMMAND_NOT_STARTED:
    'Name a program that its image has, by its path where it is not in PATH; `imm exec` alone opens a shell.',
  PATH_NOT_FOUND: '`imm drift` lists the paths that differ.',
  APP_NOT_FOUND: 'Name one of them with `--app NAME`; `imm status` lists them.',
  NOTHING_LIVE: 'Start the project with `imm dev`.',
  ENVIRONMENT_HELD: 'Use the one that runs, or stop it; `imm dev --environment NAME` starts another beside it.',
  PROXY_UNREACHABLE: 'See `imm proxy logs`; `imm proxy stop` and the next `imm dev` start a fresh one.',
  PROXY_SETTINGS_INVALID: 'Write them anew with `imm proxy start --local`, or with the flags that you want.',
  CERTIFICATE_INVALID: 'Give --cert the certificate with its chain, and --key its key, both in PEM.',
  HANDOVER_FAILED: 'The running proxy goes on as before; `imm proxy logs` says more.',
  STATE_UNWRITABLE: 'Make it yours and see that there is space: `imm doctor` names what keeps imm from it.',
  PROJECT_UNWRITABLE: 'Make the directory writable and see that there is space, then run it again.',
  TEMPLATE_EXISTS: 'Move away what has the name of a file that `imm init` writes, then run it again.',
  ARCHIVE_DAMAGED: 'Make the archive again: `docker save IMAGE -o FILE` writes one that imm reads.',
  ARCHIVE_REFUSED: 'No image needs what is named: look where the archive comes from.',
  IMAGE_NOT_IN_ARCHIVE: 'Name one of the images that it has.',
  LOCK_UNREADABLE: 'Write it again with `imm parity lock`, or take it from where it is kept.',
  LOCK_SIGNATURE: 'Do not trust it before you know why: fetch it again from where it was signed.',
  HAR_INVALID: 'Give a HAR file, as `imm record` or the network panel of a browser writes it.',
  REPLAY_FAILED: 'Make sure that both sides run and answer where they were looked for.',
  PACKAGES_UNREADABLE: 'Compare without the packages of its system, or make the image again.',
  SCANNER_MISSING: 'Install trivy or grype, and see that it is in PATH; or leave out --scan.',
  SCAN_FAILED: 'Its last lines of output say why; `imm lint --no-scan` does without.',
  SIDE_UNKNOWN:
    'Say what kind of side it is: `image:REF`, `env:main`, `compose:FILE#service`; docs/parity.md lists all.',
  SIDE_NOT_FOUND: 'Name one that is there.',
  SIDE_UNREADABLE: 'Correct what is named, then compare again.',
  SIDE_UNREACHABLE: 'See that it is up and can be reached from here, then compare again.',
  REPORT_UNWRITABLE: 'Make its directory writable and see that there is space, or name another file.',
  RECORDING_UNWRITABLE: 'Make its directory writable and see that there is space, or name another file with -o.',
  LANGUAGE_UNKNOWN: 'Name the flavour: `imm init --flavour node|python|go|ruby|static`.',
  GIT_MISSING: 'Install git, and see that it is in PATH.',
  NOT_A_REPOSITORY: 'Run imm in a git repository, or make one with `git init` and a first commit.',
  SERVE_HELD: 'One serve looks after all branches of a repository: use the one that runs, or end it first.',
  REF_NOT_FOUND: '`git branch --all` and `git tag` list the names that there are; `git fetch` gets those of a remote.',
  REMOTE_UNREACHABLE: 'Check the address, the network, and that git can log in there without asking.',
  CHECKOUT_FAILED: "Correct what git's lines say, then run it again: it goes on from what is there.",
  PREVIEW_NOT_FOUND: '`imm preview list` lists those there are; `imm preview up REF` brings one up.',
  INTERRUPTED: 'Stopped on request.',
} as const satisfies Record<string, string>

export type ErrorCode = keyof typeof errorTable

export interface ErrorDetail {
  /** What to do, more exact than the table's. */
  next?: string | undefined
  /** The last lines of output that show the cause. */
  output?: readonly string[] | undefined
  /** The build step that failed, as the builder names it: `[2/5] RUN npm ci`. */
  step?: string | undefined
  cause?: unknown
}

/** The user's to solve: a mistake in the project, the config, the machine. Printed without a stack. */
export class ImmError extends Error {
  override readonly name = 'ImmError'
  readonly code: ErrorCode
  readonly next: string
  readonly output: readonly string[]
  readonly step: string | undefined

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : {cause: detail.cause})
    this.code = code
    this.next = detail.next ?? errorTable[code]
    this.output = detail.output ?? []
    this.step = detail.step
  }
}

/** Ours to solve: something imm took for impossible. Printed with its stack and a request to report it; exit code 70. */
export class ImmBug extends Error {
  override readonly name = 'ImmBug'
}

/** What began it: disposing of things after a failure can fail as well, and says so in front of it (SuppressedError). */
export const firstCause = (error: unknown): unknown =>
  error instanceof SuppressedError ? firstCause(error.suppressed) : error

export const isImmError = (error: unknown, code?: ErrorCode): error is ImmError =>
  error instanceof ImmError && (code === undefined || error.code === code)
