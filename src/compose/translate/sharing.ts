import {sharedName} from '../../release/names.ts'
import type {Path} from '../tree.ts'
import {buildOf} from './build.ts'
import type {Translation} from './context.ts'

/** `service:db` as the engine has it, `container:imm_shop_main.db`; everything else as it is. */
export const sharing = (
  mode: string | undefined | null,
  at: Path,
  {id, model, refusal}: Pick<Translation, 'id' | 'model' | 'refusal'>,
): string | undefined => {
  const name = /^service:(.+)$/.exec(mode ?? '')?.[1]
  if (name === undefined) return mode ?? undefined
  const service = model.services[name]
  if (!service || buildOf(service))
    throw refusal(
      at,
      `"${name}" is replaced on every change, and what shares it would be left alone: share a service with an image`,
    )
  return `container:${sharedName(id, name)}`
}
