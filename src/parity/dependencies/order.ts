import type {Dependency} from '../facts.ts'

/** The one order of dependencies; 0 for what is the same one. By its parts: 50,000 texts of all of them would be as large as those. */
export const dependencyOrder = (a: Dependency, b: Dependency): number =>
  order(a.ecosystem, b.ecosystem) ||
  order(a.scope, b.scope) ||
  order(a.source, b.source) ||
  order(a.name, b.name) ||
  order(a.version, b.version)

const order = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)
