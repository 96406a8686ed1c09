import {isVendored} from '../secrets/scan/files.ts'

export interface Sensitive {
  rule: 'lint.file.git' | 'lint.file.env' | 'lint.file.credentials'
  /** the file, or the directory that it stands for */
  subject: string
}

const repository = /^(.*\/\.git)\/(?:HEAD|config|index|packed-refs|objects\/.|refs\/.|logs\/.)/
const variables = /\/\.env(?:\.(?!example|sample|template|dist|defaults?|schema)[\w.-]+)?$/
const credentials =
  /\/(?:id_(?:rsa|dsa|ecdsa|ed25519)|\.netrc|\.pgpass|\.git-credentials|\.htpasswd|\.aws\/credentials|\.kube\/config|\.docker\/config\.json|\.dockercfg|terraform\.tfstate|[^/]+\.(?:p12|pfx|jks|keystore|kdbx|ppk))$/

/** What a file is by its name, where it should be in no image. */
export const sensitiveAs = (path: string): Sensitive | undefined => {
  if (isVendored(path)) return undefined
  const git = repository.exec(path)?.[1]
  if (git !== undefined) return {rule: 'lint.file.git', subject: git}
  if (variables.test(path)) return {rule: 'lint.file.env', subject: path}
  return credentials.test(path) ? {rule: 'lint.file.credentials', subject: path} : undefined
}
