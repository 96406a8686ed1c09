import {createHash, createPublicKey, randomBytes, sign} from 'node:crypto'
import type {KeyObject, X509Certificate} from 'node:crypto'

import {AsnConvert, OctetString} from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  NameConstraints,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
} from '@peculiar/asn1-x509'

/** X.509 (RFC 5280), as far as a local authority needs it. Takes its time to load: imported only where a certificate is made. */

const organizationName = '2.5.4.10'
const commonName = '2.5.4.3'
const ecdsaWithSha256 = '1.2.840.10045.4.3.2'

/** `localhost` stands for itself and every name below it (RFC 5280 4.2.1.10). */
const permitted: readonly Partial<GeneralName>[] = [
  {dNSName: 'localhost'},
  {iPAddress: '127.0.0.0/8'},
  {iPAddress: '::1/128'},
]

export interface Lifetime {
  fromMs: number
  untilMs: number
}

export interface Signer {
  key: KeyObject
  certificate: X509Certificate
}

/** A certificate that signs others: no authorities below it, for servers alone, and for no name but this machine's own. */
export const authorityCertificate = (name: string, key: KeyObject, lifetime: Lifetime): string => {
  const subject = distinguished(name)
  return certificate({issuer: subject, key}, subject, createPublicKey(key), lifetime, [
    extension(id_ce_basicConstraints, new BasicConstraints({cA: true, pathLenConstraint: 0}), true),
    extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign), true),
    extension(
      id_ce_nameConstraints,
      new NameConstraints({
        permittedSubtrees: new GeneralSubtrees(
          permitted.map((base) => new GeneralSubtree({base: new GeneralName(base)})),
        ),
      }),
      true,
    ),
  ])
}

/** The certificate of a server; `names`: DNS names and IP addresses. */
export const serverCertificate = (
  signer: Signer,
  names: readonly ({dNSName: string} | {iPAddress: string})[],
  publicKey: KeyObject,
  lifetime: Lifetime,
): string => {
  // As the bytes are there: names are compared by them.
  const {subject: issuer} = AsnConvert.parse(signer.certificate.raw, Certificate).tbsCertificate
  return certificate({issuer, key: signer.key}, distinguished(undefined), publicKey, lifetime, [
    extension(id_ce_basicConstraints, new BasicConstraints({cA: false}), true),
    extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), true),
    extension(id_ce_subjectAltName, new SubjectAlternativeName(names.map((name) => new GeneralName(name)))),
  ])
}

const certificate = (
  {issuer, key}: {issuer: Name; key: KeyObject},
  subject: Name,
  publicKey: KeyObject,
  {fromMs, untilMs}: Lifetime,
  extensions: readonly Extension[],
): string => {
  const subjectKey = keyInfo(publicKey)
  const signature = new AlgorithmIdentifier({algorithm: ecdsaWithSha256})
  const tbsCertificate = new TBSCertificate({
    version: 2,
    serialNumber: serialNumber(),
    signature,
    issuer,
    validity: new Validity({notBefore: new Date(fromMs), notAfter: new Date(untilMs)}),
    subject,
    subjectPublicKeyInfo: subjectKey,
    extensions: new Extensions([
      ...extensions,
      // Also of an authority, where it bounds what it signs: no code, no mail.
      extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
      extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier(subjectKey))),
      extension(
        id_ce_authorityKeyIdentifier,
        new AuthorityKeyIdentifier({
          keyIdentifier: new KeyIdentifier(keyIdentifier(keyInfo(createPublicKey(key)))),
        }),
      ),
    ]),
  })
  const signed = new Certificate({
    tbsCertificate,
    signatureAlgorithm: signature,
    signatureValue: bufferOf(sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), key)),
  })
  return pem(Buffer.from(AsnConvert.serialize(signed)))
}

const extension = (extnID: string, value: object, critical = false): Extension =>
  new Extension({extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value))})

const distinguished = (common: string | undefined): Name =>
  new Name([
    attribute(organizationName, 'imm local authority'),
    ...(common === undefined ? [] : [attribute(commonName, common)]),
  ])

const attribute = (type: string, utf8String: string): RelativeDistinguishedName =>
  new RelativeDistinguishedName([new AttributeTypeAndValue({type, value: new AttributeValue({utf8String})})])

const keyInfo = (key: KeyObject): SubjectPublicKeyInfo =>
  AsnConvert.parse(key.export({type: 'spki', format: 'der'}), SubjectPublicKeyInfo)

/** RFC 7093 section 2, method 1. */
const keyIdentifier = ({subjectPublicKey}: SubjectPublicKeyInfo): ArrayBuffer =>
  bufferOf(createHash('sha256').update(Buffer.from(subjectPublicKey)).digest().subarray(0, 20))

/** 20 bytes at most, and positive (RFC 5280 4.1.2.2). */
const serialNumber = (): ArrayBuffer => {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40
  return bufferOf(bytes)
}

const bufferOf = (bytes: Buffer): ArrayBuffer => new Uint8Array(bytes).buffer

const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`
