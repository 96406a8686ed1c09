import {access} from 'node:fs/promises'

import {note, ok, type Finding} from './finding.ts'

const names = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'] as const

export interface CertificateFacts {
  name: (typeof names)[number]
  file: string
  readable: boolean
}

export const certificateFacts = async (env: NodeJS.ProcessEnv): Promise<CertificateFacts[]> => {
  const set = names.flatMap((name) => (env[name] ? [{name, file: env[name]}] : []))
  return Promise.all(
    set.map(async ({name, file}) => ({
      name,
      file,
      readable: await access(file).then(
        () => true,
        () => false,
      ),
    })),
  )
}

/** Whoever sets these sits most likely behind a proxy that inspects TLS, and a build sees none of what is set on the host. */
export const certificateFindings = (facts: readonly CertificateFacts[]): Finding[] => {
  const lost = facts
    .filter(({readable}) => !readable)
    .map(({name, file}) =>
      note('certificates', `${name} names ${file}, which can't be read`, `Correct ${name}, or unset it.`),
    )
  const there = facts.find(({readable}) => readable)
  if (there === undefined)
    return lost.length > 0 ? lost : [ok('certificates', 'no certificate authorities of your own are set')]
  return [
    ...lost,
    note(
      'certificates',
      `${there.name} is set on this machine, and builds don't see it: behind a proxy that inspects TLS, \`npm ci\` and the like fail in them`,
      [
        `Only if builds fail so: give the base image the bundle too. With a copy of ${there.file} in the project, before the first download:`,
        '  COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt',
        '  ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt',
      ].join('\n'),
    ),
  ]
}
