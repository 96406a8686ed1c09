import type {Settings} from '../config/settings.ts'
import type {Attachment} from '../release/container.ts'
import type {World} from './world.ts'

/** How a container of a release is attached to networks; undefined: to the engine's own alone. */
export const attachmentOf = (
  {container: {attachment}}: Pick<Settings, 'container'>,
  {surroundings}: Pick<World, 'surroundings'>,
): Attachment | undefined => (attachment && surroundings ? surroundings.attach(attachment) : attachment)
