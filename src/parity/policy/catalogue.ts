import type {Rule} from '../report/rule.ts'

/** What the policy itself can be at fault for. */
export const policyRules = [
  {
    id: 'policy.exception-expired',
    area: 'policy',
    severity: 'error',
    title: 'An exception of imm.yaml has expired.',
    help: 'What it allowed counts again. Remove the exception where the difference is gone; otherwise give it a later `until`, with a reason that still holds.',
  },
  {
    id: 'policy.exception-unused',
    area: 'policy',
    severity: 'note',
    title: 'An exception of imm.yaml allows nothing.',
    help: 'No finding fits it: the difference is gone, or its rule or subject is misspelt. Remove or correct it, so that it allows nothing later that nobody thought of.',
  },
] as const satisfies readonly Rule[]
