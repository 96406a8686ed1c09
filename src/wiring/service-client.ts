/** How a client is started inside a service's container: what it is, by its image's names and its environment. */
export interface ServiceClient {
  command: readonly string[]
  /** its client, and not only a shell */
  known: boolean
}

type Env = Readonly<Record<string, string>>

interface Kind {
  /** the last part of an image's name */
  image: RegExp
  /** a variable that only such an image has */
  variable: RegExp
  command(env: Env): string[]
}

const kinds: readonly Kind[] = [
  {
    image: /^(postgres|postgresql|postgis|pgvector|timescaledb)/,
    variable: /^(PGDATA|PG_MAJOR|POSTGRES_\w+)$/,
    command: ({POSTGRES_USER: user = 'postgres', POSTGRES_DB: database = user}) => ['psql', '-U', user, '-d', database],
  },
  {image: /^(redis|valkey|keydb)/, variable: /^(REDIS_VERSION|VALKEY_VERSION)$/, command: () => ['redis-cli']},
  // Its password is taken from the container's own environment by the shell in there: no command line shows it.
  {
    image: /^(mariadb)/,
    variable: /^MARIADB_(VERSION|DATABASE|USER)$/,
    command: () => mysqlClient('mariadb', 'MARIADB'),
  },
  {
    image: /^(mysql|percona)/,
    variable: /^MYSQL_(MAJOR|VERSION|DATABASE|USER)$/,
    command: () => mysqlClient('mysql', 'MYSQL'),
  },
  {image: /^mongo/, variable: /^MONGO_(MAJOR|VERSION|INITDB_\w+)$/, command: () => mongoClient()},
]

const mysqlClient = (program: string, prefix: string): string[] => [
  'sh',
  '-c',
  `export MYSQL_PWD="\${${prefix}_PASSWORD:-\${${prefix}_ROOT_PASSWORD:-\${MYSQL_PASSWORD:-$MYSQL_ROOT_PASSWORD}}}"; ` +
    `exec ${program} -u "\${${prefix}_USER:-\${MYSQL_USER:-root}}" "$@" \${${prefix}_DATABASE:-$MYSQL_DATABASE}`,
  program,
]

const mongoClient = (): string[] => [
  'sh',
  '-c',
  'if [ -n "$MONGO_INITDB_ROOT_USERNAME" ]; then exec mongosh -u "$MONGO_INITDB_ROOT_USERNAME" -p "$MONGO_INITDB_ROOT_PASSWORD" --authenticationDatabase admin "$@"; fi; exec mongosh "$@"',
  'mongosh',
]

/** The client for a service, with what the user adds; a shell where no other is known, and arguments are a command then. */
export const clientOf = (references: readonly string[], env: Env, args: readonly string[]): ServiceClient => {
  const names = references.map(lastPart)
  const kind =
    kinds.find(({image}) => names.some((name) => image.test(name))) ??
    kinds.find(({variable}) => Object.keys(env).some((name) => variable.test(name)))
  if (kind) return {command: [...kind.command(env), ...args], known: true}
  return {command: args.length > 0 ? args : ['sh'], known: false}
}

/** `postgres` of `registry.example:5000/library/postgres:17@sha256:…` */
const lastPart = (reference: string): string => (reference.split('/').at(-1) ?? '').replace(/[:@].*$/, '')
