/**
 * What becomes of a key. `supported`: what Compose means by it; `translated`: something else for the same end, and a note says what; `ignored`:
 * nothing, and a note says why; `refused`: COMPOSE_UNSUPPORTED.
 */
export type How = 'supported' | 'translated' | 'ignored' | 'refused'

export interface Rule {
  how: How
  /** for people; of what is ignored or refused, why */
  reason: string
  /** values with which nothing differs, or what tells them: no note, and no refusal */
  unless?: readonly unknown[] | ((value: unknown) => boolean)
}

/** For services that are built here, and for those that come as an image, where that differs. */
export type Rules = Rule | {app: Rule; service: Rule}

export const supported = (reason: string): Rule => ({how: 'supported', reason})
export const translated = (reason: string, ...unless: readonly unknown[]): Rule => ({how: 'translated', reason, unless})
export const ignored = (reason: string, ...unless: readonly unknown[]): Rule => ({how: 'ignored', reason, unless})
export const refused = (reason: string, ...unless: readonly unknown[]): Rule => ({how: 'refused', reason, unless})
