import type {SideFacts} from '../../parity/facts.ts'
import {parseReference, type Reference} from '../../parity/sides/reference.ts'
import {openWeb} from '../../parity/sides/web/open-web.ts'
import {archiveSide} from './archive-side.ts'
import {composeSide} from './compose-side.ts'
import {containerSide} from './container-side.ts'
import {openContext, type OpenContext, type SideContext} from './context.ts'
import {gitSide} from './git-side.ts'
import {imageSide} from './image-side.ts'
import {kubernetesSide} from './kubernetes-side.ts'
import {lockedSide} from './locked-side.ts'
import {environmentSide, releaseSide} from './release-side.ts'
import {treeSide} from './tree-side.ts'

export type OpenSide = (reference: string, signal: AbortSignal) => Promise<SideFacts>

/** Reads sides, one after the other: what both have in common, as an image, is read once. */
export const sideOpener = (context: SideContext): OpenSide => {
  const open = openContext(context)
  return async (text, signal) => {
    signal.throwIfAborted()
    const facts = await factsOf(parseReference(text), open, signal).catch((error: unknown) => {
      signal.throwIfAborted()
      throw error
    })
    return {...facts, name: text}
  }
}

/**
 * All that is known of one side. Nothing of it is started or changed; only of a commit, or of the working tree, an image is built and removed
 * again. What can't be read rejects: a side that is not known is never the same as another.
 */
export const openSide = async (reference: string, context: SideContext, signal: AbortSignal): Promise<SideFacts> =>
  sideOpener(context)(reference, signal)

const factsOf = async (
  reference: Reference,
  context: OpenContext,
  signal: AbortSignal,
): Promise<Omit<SideFacts, 'name'>> => {
  switch (reference.kind) {
    case 'image':
      return imageSide(reference, context, signal)
    case 'archive':
      return archiveSide(reference, context, signal)
    case 'container':
      return containerSide(reference, context, signal)
    case 'release':
      return releaseSide(reference, context, signal)
    case 'env':
      return environmentSide(reference, context, signal)
    case 'compose':
      return composeSide(reference, context, signal)
    case 'k8s':
      return kubernetesSide(reference, context, signal)
    case 'git':
      return gitSide(reference, context, signal)
    case 'tree':
      return treeSide(reference, context, signal)
    case 'lock':
      return lockedSide(reference, context, signal)
    case 'url':
      return openWeb(reference.url, signal)
  }
  return reference satisfies never
}
