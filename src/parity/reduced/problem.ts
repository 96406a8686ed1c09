/** Why a file tells nothing. A value, because one broken file of an image's thousands is no reason not to compare it. */
export interface Problem {
  problem: string
}

export const problem = (reason: string): Problem => ({problem: reason})

export const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'problem' in value
