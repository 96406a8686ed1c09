import type {LayerItem} from '../lifecycle/ports.ts'

type Without<Item> = Item extends {uid: number} ? Omit<Item, 'uid' | 'gid'> & {owner: PlannedOwner} : Item
/** `as`: whoever owns that path of the anchor */
export type PlannedOwner = {uid: number; gid: number} | {as: string}
/** `kept`: a directory as the anchor has it, because a layer that names what lies in it would change it otherwise. */
export type PlannedItem = Without<Exclude<LayerItem, {kind: 'opaque'}>> | {kind: 'kept'; path: string}
