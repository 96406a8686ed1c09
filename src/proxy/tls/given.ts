import {createSecureContext} from 'node:tls'

import {parseGiven} from '../../tls/given-certificate.ts'
import type {GivenCertificate} from '../../tls/given-certificate.ts'
import {keptFiles} from '../kept-file.ts'
import type {Log} from '../log.ts'
import type {Sharing} from '../sharing.ts'
import {sessionIdContext} from './host-contexts.ts'
import type {ShownContext} from './host-contexts.ts'

/** A certificate that was given, with what connections are encrypted with by it. */
export interface Given extends ShownContext {
  certificate: GivenCertificate
}

/** Read again when the files are others: whoever renews them tells nobody. What can't be read leaves the one before. */
export const watchGiven = ({cert, key}: Sharing, log: Log): (() => Given | undefined) => {
  if (cert === undefined || key === undefined) return () => undefined
  let last: Given | undefined
  const read = keptFiles(
    [cert, key],
    (certPem, keyPem): Given => {
      const certificate = parseGiven(certPem, keyPem, {cert, key})
      log(`https for names of ${cert}, until ${new Date(certificate.untilMs).toISOString()}`)
      return {
        certificate,
        context: createSecureContext({cert: certificate.pem, key: certificate.keyPem, sessionIdContext}),
      }
    },
    log,
  )
  return () => (last = read() ?? last)
}
