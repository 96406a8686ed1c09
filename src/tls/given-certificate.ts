import {createPrivateKey, X509Certificate} from 'node:crypto'

import {ImmError} from '../errors.ts'

/** A certificate that somebody else made, for a domain. */
export interface GivenCertificate {
  /** with those of the authorities between, as the file has them */
  pem: string
  keyPem: string
  untilMs: number
  covers: (host: string) => boolean
}

/** CERTIFICATE_INVALID says why the two can't be used; `names` for people where they come from. */
export const parseGiven = (cert: Buffer, key: Buffer, names: {cert: string; key: string}): GivenCertificate => {
  const certificate = parsed(names.cert, 'certificate in PEM', () => new X509Certificate(cert))
  const privateKey = parsed(names.key, 'private key in PEM without a passphrase', () => createPrivateKey(key))
  if (!certificate.checkPrivateKey(privateKey)) throw invalid(`${names.key} is not the key of ${names.cert}`)
  return {
    pem: cert.toString(),
    keyPem: key.toString(),
    untilMs: certificate.validToDate.getTime(),
    covers: (host) => certificate.checkHost(host, {subject: 'never'}) !== undefined,
  }
}

const parsed = <T>(file: string, what: string, parse: () => T): T => {
  try {
    return parse()
  } catch (error) {
    throw invalid(`${file} holds no ${what}`, error)
  }
}

const invalid = (message: string, cause?: unknown): ImmError => new ImmError('CERTIFICATE_INVALID', message, {cause})
