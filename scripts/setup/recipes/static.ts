import type {Rootfs} from '../rootfs.ts'
import {ground, groundChanges} from './ground.ts'

/** busybox alone: its httpd serves files. */
export const staticRootfs = (): Rootfs => ({entries: ground(), changes: [...groundChanges(), 'CMD ["sh"]']})
