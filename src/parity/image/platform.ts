import {isImmError} from '../../errors.ts'
import type {Archive} from './archive.ts'
import {imageConfigFile} from './config.ts'
import {parse} from './parse.ts'

/** `linux/arm64/v8` */
export const platformText = (platform: {
  os: string
  architecture: string
  variant?: string | null | undefined
}): string => [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/')

/** As the image's own config has it: a manifest of Docker never says it, and an index need not. */
export const platformIn = (archive: Archive, config: string): string | undefined => {
  try {
    return platformText(parse(archive, config, imageConfigFile))
  } catch (error) {
    // Somebody else's image may be damaged beside the one that is wanted; of that one it is told once it is read.
    if (isImmError(error)) return undefined
    throw error
  }
}

/** A variant counts where both name one. */
export const isFor = (platform: string, wanted: string): boolean => {
  const [os, architecture, variant] = platform.split('/')
  const [wantedOs, wantedArchitecture, wantedVariant] = wanted.split('/')
  if (os !== wantedOs || architecture !== wantedArchitecture) return false
  return variant === undefined || wantedVariant === undefined || variant === wantedVariant
}
