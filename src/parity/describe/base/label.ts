/** What an image says itself of its base (OCI Image Spec, pre-defined annotations), in its labels. */
export const labelledBase = (
  labels: ReadonlyMap<string, string>,
): {name?: string | undefined; digest?: string | undefined} | undefined => {
  const name = labels.get('org.opencontainers.image.base.name')
  const digest = labels.get('org.opencontainers.image.base.digest')
  // Labels are inherited: an image whose base has them, and that adds none of its own, would pass its grandparent off as its parent. Who
  // knows the layers of the one that is named can tell (see base-of.ts).
  return name || digest ? {name: name || undefined, digest: digest || undefined} : undefined
}
