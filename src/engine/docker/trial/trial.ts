/** What imm makes to find something out, and takes away again at once; what a killed imm left of it is swept up by a later one. */
export const trialRole = 'trial'

export const trialLabels = {'imm.role': trialRole}

/**
 * Of a trial on an image: whose it is, so that what stays of it goes with the rest, and nothing by which an app's own images and containers are
 * found. Empty and not left out, because a container takes over what the image has.
 */
export const trialLabelsOn = (image: Readonly<Record<string, string>>): Record<string, string> => {
  const own = Object.keys(image).filter((key) => key.startsWith('imm.'))
  return {...Object.fromEntries(own.map((key) => [key, whose.has(key) ? (image[key] ?? '') : ''])), ...trialLabels}
}

const whose = new Set(['imm.project', 'imm.environment', 'imm.owner'])

export const trialReference = (tag: string): string => `imm/trial:${tag}`
