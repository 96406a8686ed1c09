import {connectEngine} from '../engine/connect.ts'
import type {Engine} from '../lifecycle/ports.ts'

/** The engine of this machine and user. */
export const openEngine = async (signal: AbortSignal): Promise<Engine> =>
  await connectEngine({env: process.env, platform: process.platform, signal})
