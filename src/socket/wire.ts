import {errorTable, ImmError} from '../errors.ts'
import type {ErrorCode} from '../errors.ts'

/** How an error crosses the socket. Another code than one of the table stays an HTTP matter. */
export interface WireError {
  error: {code: string; message: string; next?: string; output?: readonly string[]; step?: string | undefined}
}

export const toWire = (error: ImmError): WireError => ({
  error: {code: error.code, message: error.message, next: error.next, output: error.output, step: error.step},
})

/** The ImmError that a body states; undefined where it states none that this version of imm knows. */
export const fromWire = (body: unknown): ImmError | undefined => {
  const {code, message, next, output, step} = (body as Partial<WireError> | undefined)?.error ?? {}
  if (typeof code !== 'string' || typeof message !== 'string' || !Object.hasOwn(errorTable, code)) return undefined
  return new ImmError(code as ErrorCode, message, {
    next: typeof next === 'string' ? next : undefined,
    output: Array.isArray(output) ? output.map(String) : undefined,
    step: typeof step === 'string' ? step : undefined,
  })
}
