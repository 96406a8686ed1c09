import {ImmError, isImmError} from '../../../errors.ts'

export const layerRefused = (why: string, cause?: unknown): ImmError =>
  new ImmError('LAYER_REFUSED', `no layer can be put on the image: ${why}`, cause === undefined ? {} : {cause})

const refusals = ['ENGINE_REFUSED', 'BUILD_FAILED', 'BASE_IMAGE_MISSING', 'DOCKERFILE_INVALID'] as const

/** What an engine refuses on the way is a refusal of the layer; a lost engine or a full disk stays what it is. */
export const asLayerRefusal = (error: unknown): unknown =>
  isImmError(error) && refusals.some((code) => code === error.code) ? layerRefused(error.message, error) : error
