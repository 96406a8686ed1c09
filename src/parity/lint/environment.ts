import type {SideFacts} from '../facts.ts'
import type {Finding} from '../report/finding.ts'
import {find} from './find.ts'

export const environmentFindings = ({image, run}: SideFacts): Finding[] => [
  ...secretsOf(image?.config.env).map((name) =>
    find('lint.secret.env', name, {
      message: `the image's variable ${name} holds what looks like a secret`,
      next: `Take ${name} out of the Dockerfile, give it when the container starts, and replace the secret by a new one`,
    }),
  ),
  ...secretsOf(run?.env).map((name) =>
    find('lint.secret.run', name, {
      message: `${name} is given as a variable, which all who can inspect the container see`,
      next: 'Mount it as a file: `secrets:` of imm.yaml, of Compose, or a Secret volume of Kubernetes',
    }),
  ),
]

type Variables = NonNullable<SideFacts['image']>['config']['env']

const secretsOf = (env: Variables | undefined): string[] =>
  (env ?? []).filter((each) => 'secret' in each).map(({name}) => name)
