import type {FileFact} from '../image/facts.ts'

/** Directories that the engine mounts over when a container starts. A build leaves them where its base has none: nothing but that is said by them. */
const mountPoints = ['/dev', '/proc', '/sys']

/** Directories in which nothing counts. They themselves do, unless the engine mounts over them. */
const emptied = [
  ...mountPoints,
  // By their definition these may be gone at any time (FHS 3.0: 3.18, 5.5, 5.10, 5.15). Not /run: no engine empties it, and servers fail without a directory there.
  '/tmp',
  '/var/tmp',
  '/var/cache',
  '/var/log',
  // Lists of what could be installed, as of the day of the build.
  '/var/lib/apt/lists',
  // Databases that hold the time of the installation: what is installed is compared package by package.
  '/var/lib/rpm',
  '/usr/lib/sysimage/rpm',
  '/usr/share/rpm',
  '/var/lib/dnf',
  '/usr/lib/sysimage/libdnf5',
  '/var/lib/yum',
  '/usr/lib/apk/db',
  '/lib/apk/db',
  '/var/lib/dpkg/triggers',
]

const below = emptied.map((directory) => `${directory}/`)

const files = new Set([
  // Written by the engine when a container starts.
  '/.dockerenv',
  '/etc/hostname',
  '/etc/hosts',
  '/etc/mtab',
  '/etc/resolv.conf',
  // Made at random.
  '/etc/machine-id',
  '/var/lib/dbus/machine-id',
  '/var/lib/systemd/random-seed',
  // Copies that `useradd`, dpkg and debconf keep of what was before.
  '/etc/group-',
  '/etc/gshadow-',
  '/etc/passwd-',
  '/etc/shadow-',
  '/etc/subgid-',
  '/etc/subuid-',
  '/var/lib/dpkg/available-old',
  '/var/lib/dpkg/diversions-old',
  '/var/lib/dpkg/statoverride-old',
  '/var/lib/dpkg/status-old',
  // The packages again, and locks.
  '/var/lib/dpkg/available',
  '/var/lib/dpkg/lock',
  '/var/lib/dpkg/lock-frontend',
  '/var/lib/dpkg/status',
  // A key store with the time of its making; the certificates are in /etc/ssl/certs, too.
  '/etc/ssl/certs/java/cacerts',
])

const patterns = [
  // Compiled from the source beside it, whose time it holds.
  /\/__pycache__(?:\/[^/]+\.pyc)?$/,
  // Caches of package managers of languages. What else is below .cache may be what runs: browsers of Playwright, models of Hugging Face.
  /^\/(?:root|home\/[^/]+)\/\.cache\/(?:bazel|bazelisk|bundle|ccache|composer|deno|electron|go-build|golangci-lint|helm|mesa_shader_cache|node|node-gyp|npm|pip|pip-tools|pipenv|pnpm|poetry|pre-commit|pypoetry|sccache|turbo|uv|virtualenv|yarn)\//,
  /^\/(?:root|home\/[^/]+)\/\.(?:npm\/_(?:cacache|logs)|bundle\/cache|composer\/cache|gem\/specs|m2\/repository\/\.cache|yarn\/(?:berry\/)?cache|pnpm-store|local\/share\/pnpm\/store)\//,
  // Whether there was a newer version of npm or yarn on the day of the build.
  /^\/(?:root|home\/[^/]+)\/\.config\/configstore\//,
  // What pnpm notes of when it last looked, and how native gems were compiled.
  /\/node_modules\/(?:\.modules\.yaml|\.pnpm-workspace-state(?:-v\d+)?\.json)$/,
  /\/extensions\/[^/]+\/[^/]+\/[^/]+\/(?:gem_make\.out|mkmf\.log)$/,
  /^\/(?:root|home\/[^/]+)\/\.(?:npm\/_update-notifier-last-checked|gnupg\/random_seed|wget-hsts|node_repl_history|(?:bash|ash|python)_history)$/,
  /^\/usr\/local\/(?:share\/\.(?:cache|config)|bundle\/cache)\//,
  /^\/go\/(?:pkg\/mod\/cache|\.cache)\//,
]

/**
 * What differs between two builds of the same source at different times, and means nothing to the application: no part of a side's files.
 * docs/parity-lock.md has the list for people.
 */
export const isVolatile = ({path, kind}: Pick<FileFact, 'path' | 'kind'>): boolean =>
  files.has(path) ||
  // A link in their place is no such thing: no container starts from it.
  (kind === 'directory' && mountPoints.includes(path)) ||
  below.some((directory) => path.startsWith(directory)) ||
  patterns.some((pattern) => pattern.test(path))
