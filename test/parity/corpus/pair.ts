import type {SideFacts} from '../../../src/parity/facts.ts'
import {type Shop, shopWith} from './shop.ts'
import {answers, built, type Building, plainShop, runs} from './sides.ts'

/** Two sides that differ in one fact, and the rule that says so; without one they are equal in what matters. */
export interface Pair {
  title: string
  rule?: string
  sides: () => Promise<readonly [SideFacts, SideFacts]>
  /** areas that one of the two has nothing of */
  uncompared?: readonly string[]
}

type Changes = Parameters<typeof shopWith>[0]

/** The shop beside one with a change. */
export const images = (title: string, rule: string | undefined, changes: Changes, building: Building = {}): Pair => ({
  title,
  ...(rule !== undefined && {rule}),
  sides: async () => [await plainShop('image:shop:1'), await built('image:shop:2', shopWith(changes), building)],
})

/** Two that both are not the shop as it is. */
export const twoImages = (
  title: string,
  rule: string | undefined,
  [a, b]: readonly [Shop, Shop],
  [left, right]: readonly [Building, Building] = [{}, {}],
): Pair => ({
  title,
  ...(rule !== undefined && {rule}),
  sides: async () => [await built('image:shop:1', a, left), await built('image:shop:2', b, right)],
})

export const runPair = (title: string, rule: string, changes: Parameters<typeof runs>[1]): Pair => ({
  title,
  rule,
  sides: () =>
    Promise.resolve([runs('compose:compose.yaml#web'), runs('k8s:web.yaml', {source: 'web.yaml', ...changes})]),
})

export const webPair = (title: string, rule: string, changes: Parameters<typeof answers>[1]): Pair => ({
  title,
  rule,
  sides: () => Promise.resolve([answers('https://shop.example.org'), answers('https://staging.example.org', changes)]),
})
