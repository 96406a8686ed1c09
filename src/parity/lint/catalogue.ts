import type {Rule} from '../report/rule.ts'

const rule = <Id extends string>(id: Id, severity: Rule['severity'], title: string, help: string) =>
  ({id, area: 'lint', severity, title, help}) as const satisfies Rule

/** Good practice, seen in one side alone. */
export const lintRules = [
  rule(
    'lint.user.root',
    'warning',
    'The application runs as root.',
    'Whoever breaks into it is root in the container, and often has an easier way out of it. Add a user in the Dockerfile, give it what has to be written, and end with `USER`.',
  ),
  rule(
    'lint.image.latest',
    'warning',
    'An image is named without a tag, or by `latest`.',
    'What that name means changes by itself, and no two machines need to have the same. Name a version, best with its digest.',
  ),
  rule(
    'lint.image.unpinned',
    'note',
    'An image is named by a tag without a digest.',
    'A tag can be given to another image. `NAME:TAG@sha256:…` stays what it is, and tools that update dependencies raise it.',
  ),
  rule(
    'lint.base.latest',
    'warning',
    'The base image is named without a tag, or by `latest`.',
    'The next build may stand on another release of the language or the system. Name a version in `FROM`, best with its digest.',
  ),
  rule(
    'lint.base.unpinned',
    'note',
    'The base image is named by a tag without a digest.',
    'The next build may bring other packages of the system. `FROM NAME:TAG@sha256:…` stays what it is.',
  ),
  rule(
    'lint.secret.env',
    'error',
    "A secret is in the image's environment.",
    'Everybody who can pull the image can read it. Give it when the container starts (`secrets:` in imm.yaml), take it out of the Dockerfile, and replace it by a new one.',
  ),
  rule(
    'lint.secret.layer',
    'error',
    'A secret is in a file of a layer.',
    'Everybody who can pull the image can read it, also where a later instruction deletes the file. Use `RUN --mount=type=secret` or a build stage that is left behind, list the file in .dockerignore, and replace the secret by a new one.',
  ),
  rule(
    'lint.secret.history',
    'error',
    "A secret is in the image's history.",
    'Build arguments are kept with the instructions that see them. Use `RUN --mount=type=secret`, and replace the secret by a new one.',
  ),
  rule(
    'lint.secret.base',
    'note',
    'The base image has a secret in a file.',
    'It came with the base image and is known to all who have that: let nothing of yours depend on it, or use another base.',
  ),
  rule(
    'lint.secret.run',
    'note',
    'A secret is given as a variable when the container starts.',
    'Variables are seen by all who can inspect the container. A mounted file is seen by the container alone.',
  ),
  rule(
    'lint.file.world-writable',
    'warning',
    'Everybody may write to a file or directory.',
    'Any program in the container can change what another one runs or reads. `chmod o-w` it in the instruction that makes it; a directory that is meant to be shared takes mode 1777.',
  ),
  rule(
    'lint.file.setuid',
    'warning',
    'A program gets the rights of its owner (setuid) or group (setgid).',
    'It is a way to become root in the container. `chmod a-s` it, or leave out its package.',
  ),
  rule(
    'lint.file.setuid-system',
    'note',
    'The distribution brings programs with setuid or setgid.',
    'su, passwd, mount and the like come with every distribution. With no-new-privileges (`security_opt` of Compose, `allowPrivilegeEscalation: false` of Kubernetes) they give nobody anything.',
  ),
  rule(
    'lint.file.git',
    'warning',
    'A git repository is in the image.',
    'It has the whole history, and makes every commit a new layer. List `.git` in .dockerignore.',
  ),
  rule(
    'lint.file.env',
    'warning',
    'A file of variables (`.env`) is in the image.',
    'Such files are of one machine and mostly have secrets. List `.env*` in .dockerignore, and give variables when the container starts.',
  ),
  rule(
    'lint.file.credentials',
    'warning',
    'A file that has keys or credentials by its name is in the image.',
    'Everybody who can pull the image can read it. List it in .dockerignore, and use `RUN --mount=type=secret` or `--mount=type=ssh` for what only the build needs.',
  ),
  rule(
    'lint.cache.left',
    'warning',
    'What a package manager downloaded is in a layer.',
    'It makes the image larger and is never used. Delete it in the same instruction, or keep it out of the image with `RUN --mount=type=cache`.',
  ),
  rule(
    'lint.command.shell',
    'warning',
    'The command is in shell form.',
    'It is run by `/bin/sh -c`: the shell is the first process and hands on no signal, so that the application is killed at the end of the grace period instead of stopping in order. Write `CMD ["node", "server.js"]`.',
  ),
  rule(
    'lint.command.wrapper',
    'note',
    'The application is started by a package manager.',
    'npm, yarn and pnpm stay in front of it, cost memory, and do not hand on every signal. Name the program itself.',
  ),
  rule(
    'lint.healthcheck.missing',
    'note',
    'The image has no HEALTHCHECK.',
    'Compose and plain Docker cannot tell a hung application from one that works. imm and Kubernetes use probes of their own.',
  ),
  rule(
    'lint.run.privileged',
    'error',
    'The container is privileged.',
    'It can do on the host whatever root can. Add the one capability or device that it needs.',
  ),
  rule(
    'lint.run.capability',
    'warning',
    'The container has more capabilities than by default.',
    'Each is a part of what root can do. Drop those that are not needed.',
  ),
  rule(
    'lint.run.engine-socket',
    'error',
    "The engine's socket is mounted.",
    'Who can write to it is root on the host. Use an engine of its own, or a proxy in front of it that lets few calls through.',
  ),
  rule(
    'lint.run.host-network',
    'warning',
    "The container is in the host's network.",
    'It can reach and take every port of the host, those of loopback included. Publish the ports that are needed.',
  ),
  rule(
    'lint.run.memory',
    'note',
    'The container has no memory limit.',
    'One leak takes the whole machine with it. Set `resources.memory` in imm.yaml, `mem_limit` in Compose, `resources.limits.memory` in Kubernetes.',
  ),
]

export type LintRuleId = (typeof lintRules)[number]['id']
