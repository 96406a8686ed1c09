import {comparisonRules} from '../compare/catalogue.ts'
import {lintRules} from '../lint/catalogue.ts'
import {policyRules} from '../policy/catalogue.ts'
import {behaviourRules} from '../replay/catalogue.ts'
import {vulnerabilityRules} from '../scanners/catalogue.ts'
import type {Rule} from './rule.ts'

/** All rules that there are: what imm.yaml may name, and what docs/parity-rules.md lists. */
export const ruleCatalogue: readonly Rule[] = [
  ...comparisonRules,
  ...behaviourRules,
  ...lintRules,
  ...vulnerabilityRules,
  ...policyRules,
]
