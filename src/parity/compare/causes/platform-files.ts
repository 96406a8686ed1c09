import type {FileDifference} from '../files/differences.ts'

/** Names of architectures, as directories and files have them. */
const architecture =
  /(?:^|[^a-z\d])(?:x86[_-]64|amd64|x64|i[36]86|x86|aarch64|arm64|arm(?:v\d\w?|hf|el)?|riscv64|ppc64le|powerpc64le|s390x|lib64)(?:[^a-z\d]|$)/

/**
 * What is other for another platform by itself: machine code. A script or a table of prices is the same for all, and differs for another
 * reason; of the base alone, which is made for each platform apart, the name of a path says it too.
 */
export const isOfPlatform = ({kind, path, a, b}: FileDifference, isOfBase: boolean): boolean => {
  if (kind === 'content') return a?.program === true && b?.program === true
  return (kind === 'missing' || kind === 'link') && (isOfBase || (a ?? b)?.program === true) && architecture.test(path)
}
