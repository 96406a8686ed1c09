import {goRootfs} from './recipes/go.ts'
import {nodeRootfs} from './recipes/node.ts'
import {pythonRootfs} from './recipes/python.ts'
import {staticRootfs} from './recipes/static.ts'
import type {Rootfs} from './rootfs.ts'

export interface BaseImage {
  /** what the registry has */
  registry: string
  /** what this machine is made into where the registry does not answer */
  rootfs(): Rootfs
}

export const baseImages = {
  node: {registry: 'node:24-slim', rootfs: nodeRootfs},
  python: {registry: 'python:3-slim', rootfs: pythonRootfs},
  static: {registry: 'busybox:stable', rootfs: staticRootfs},
  go: {registry: 'golang:1', rootfs: goRootfs},
} as const satisfies Record<string, BaseImage>

export type BaseImageName = keyof typeof baseImages
