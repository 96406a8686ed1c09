/** Only a full build is certain to make the right image. */
export interface Full {
  kind: 'full'
  /** one plain line for people: `Dockerfile:4: RUN npm ci could read package.json` */
  reason: string
  /** of the Dockerfile, from 1 */
  line: number | undefined
}

/** `line` is written before the reason, with the Dockerfile's name. */
export const full = (reason: string, at?: {dockerfile: string; line: number}): Full => ({
  kind: 'full',
  reason: at === undefined ? reason : `${at.dockerfile}:${at.line}: ${reason}`,
  line: at?.line,
})

export const isFull = (value: object | undefined): value is Full =>
  value !== undefined && 'kind' in value && value.kind === 'full'
