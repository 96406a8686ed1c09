/** How an image says what it was made from (OCI Image Spec, "Pre-Defined Annotation Keys"). */
export const baseName = 'org.opencontainers.image.base.name'
export const baseDigest = 'org.opencontainers.image.base.digest'
/** how many of the image's layers are of it; imm's own word, only there beside the name */
export const baseLayers = 'imm.base.layers'

/**
 * Of what FROM says alone. The digest only where it is pinned there: what a tag leads to is known to one engine and not to another, and the
 * same source has to be the same image on both.
 */
export const baseLabels = (base: string | undefined): Record<string, string> => {
  if (base === undefined || base === 'scratch' || base === '') return {}
  const [name = '', digest] = base.split('@')
  return {[baseName]: qualified(name, digest !== undefined), ...(digest !== undefined && {[baseDigest]: digest})}
}

/** `node` is `docker.io/library/node:latest`. */
const qualified = (name: string, pinned: boolean): string => {
  const tagged = pinned || /:[^/]*$/.test(name) ? name : `${name}:latest`
  const [host = '', ...path] = tagged.split('/')
  if (path.length === 0) return `docker.io/library/${tagged}`
  return /[.:]/.test(host) || host === 'localhost' ? tagged : `docker.io/${tagged}`
}
