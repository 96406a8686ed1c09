import test from 'ava'
import type Docker from 'dockerode'

import {isBetweenProbes} from '../../../src/engine/docker/between-probes.ts'

const startedMs = Date.parse('2026-01-01T00:00:00Z')

const container = (probes: readonly number[] | undefined, state: Partial<Docker.ContainerInspectInfo['State']> = {}) =>
  ({
    State: {
      Running: true,
      Paused: false,
      StartedAt: new Date(startedMs).toISOString(),
      Health: probes && {Log: probes.map((endMs) => ({End: new Date(startedMs + endMs).toISOString()}))},
      ...state,
    },
    Config: {Healthcheck: {Interval: 1e9}},
  }) as unknown as Docker.ContainerInspectInfo

const after = (ms: number) => startedMs + ms

test('a container is frozen between two probes, and not while one begins or is under way', (t) => {
  t.true(isBetweenProbes(container([1000, 2050]), after(2100)))
  t.true(isBetweenProbes(container([1000, 2050]), after(2750)))
  t.false(isBetweenProbes(container([1000, 2050]), after(2900)))
  // It is due, and has not ended.
  t.false(isBetweenProbes(container([1000, 2050]), after(3500)))
})

test('before the first probe the start counts', (t) => {
  t.true(isBetweenProbes(container([]), after(500)))
  t.false(isBetweenProbes(container([]), after(1010)))
})

test('what has no healthcheck, does not run or is frozen is not waited for', (t) => {
  t.true(isBetweenProbes(container(undefined), after(3500)))
  t.true(isBetweenProbes(container([], {Running: false}), after(3500)))
  t.true(isBetweenProbes(container([], {Paused: true}), after(3500)))
})
