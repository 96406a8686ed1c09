import {nginx} from './nginx.ts'
import {postgres} from './postgres.ts'
import type {ServerRecipe} from './recipe.ts'
import {redis} from './redis.ts'

export const serverRecipes = {postgres, redis, nginx} as const satisfies Record<string, ServerRecipe>

export type ServerName = keyof typeof serverRecipes

export const serverNames = Object.keys(serverRecipes) as ServerName[]
