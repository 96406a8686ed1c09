type Labels = Readonly<Record<string, string>>

/**
 * The label that a list call of the engine filters by; `carries` does the rest, because engines read several differently (Podman 4.3: images
 * with both of two labels are not found, volumes with either are). An empty record means all that imm made.
 */
export const labelFilter = (labels: Labels): string[] => {
  const [key, value] = Object.entries(labels)[0] ?? []
  return [key === undefined || value === undefined ? 'imm.project' : `${key}=${value}`]
}

/** Whether something has all the labels. Engines answer null where there are none. */
export const carries = (own: Labels | null | undefined, labels: Labels): boolean =>
  Object.entries(labels).every(([key, value]) => own?.[key] === value)
