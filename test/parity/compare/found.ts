import {compareSides} from '../../../src/parity/compare/compare.ts'
import type {ImageSide, SideFacts} from '../../../src/parity/facts.ts'
import {image, side} from './sides.ts'

/** The findings of two images, by what a test is about. */
export const betweenImages = (a: Partial<ImageSide>, b: Partial<ImageSide>) =>
  compareSides(side('A', {image: image(a)}), side('B', {image: image(b)})).findings

export const between = (a: Partial<SideFacts>, b: Partial<SideFacts>) =>
  compareSides(side('A', a), side('B', b)).findings

/** `rule subject`, with what it is brought by. */
export const outline = (findings: ReturnType<typeof between>): string[] =>
  findings.map(({rule, subject, cause}) => `${rule} ${subject}${cause ? ` <- ${cause.rule} ${cause.subject}` : ''}`)
