import {isOpenName, isSecretByName} from './secret-name.ts'
import {isSecretByForm, looksGenerated} from './secret-value.ts'

/**
 * Whether a variable, a label or an argument of that name holds a secret, by the look of the name or of the value. One taken for a secret by
 * mistake can still be compared, by its digest; what is missed is written into files that people commit.
 */
export const looksSecret = (name: string, value: string): boolean =>
  value !== '' && (isSecretByName(name, value) || isSecretByForm(value) || (looksGenerated(value) && !isOpenName(name)))
