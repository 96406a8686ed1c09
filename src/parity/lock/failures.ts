import {ImmError} from '../../errors.ts'

export const unreadable = (file: string, what: string, line?: number, next?: string): ImmError =>
  new ImmError('LOCK_UNREADABLE', `${file}${line === undefined ? '' : `:${line}`}: ${what}`, {next})

export const badSignature = (what: string, next?: string): ImmError => new ImmError('LOCK_SIGNATURE', what, {next})
