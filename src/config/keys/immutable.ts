import {z} from 'zod'

const expected = 'expected strict, report or replace'

export const immutable = z.enum(['strict', 'report', 'replace'], {error: expected})
