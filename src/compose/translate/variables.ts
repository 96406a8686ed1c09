import type {Service} from '../keys/service.ts'

/** Variables with a value; one without is not set. */
export const variablesOf = ({environment = {}}: Service): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).flatMap(([key, value]) => (value === null ? [] : [[key, value]])))
