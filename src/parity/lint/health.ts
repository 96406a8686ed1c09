import type {SideFacts} from '../facts.ts'
import type {Finding} from '../report/finding.ts'
import {find} from './find.ts'

export const healthFindings = ({image, run}: SideFacts): Finding[] => {
  // Kubernetes does not look at it.
  if (image === undefined || run?.source.startsWith('k8s:') === true) return []
  const check = run?.config.healthcheck ?? image.config.healthcheck
  if (check !== undefined && check.test[0] !== 'NONE') return []
  return [
    find('lint.healthcheck.missing', 'healthcheck', {
      message: check === undefined ? 'the image has no HEALTHCHECK' : 'its HEALTHCHECK is turned off',
      next: 'Add HEALTHCHECK to the Dockerfile; imm and Kubernetes have probes of their own',
    }),
  ]
}
