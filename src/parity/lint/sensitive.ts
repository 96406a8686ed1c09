import type {Finding} from '../report/finding.ts'
import {find} from './find.ts'
import type {LayerFile, LayerFindings} from './layers.ts'
import {sensitiveAs, type Sensitive} from './sensitive-places.ts'
import type {Where} from './where.ts'

const said: Record<Sensitive['rule'], string> = {
  'lint.file.git': 'the git repository',
  'lint.file.env': 'the file of variables',
  'lint.file.credentials': 'the file of keys or credentials',
}

/** Files that are told by a secret in them are no part of it. */
export const sensitiveFindings = ({files}: LayerFindings, where: Where): Finding[] => {
  const found = new Map<string, {file: LayerFile; sensitive: Sensitive}>()
  for (const file of files) {
    const sensitive = where.ofBase(file.layer) ? undefined : sensitiveAs(file.path)
    if (sensitive === undefined) continue
    // What is still there is told before what is gone.
    if (file.gone === undefined || !found.has(sensitive.subject)) found.set(sensitive.subject, {file, sensitive})
  }
  return [...found.values()].map(({file, sensitive: {rule, subject}}) =>
    find(rule, subject, {
      message: `${said[rule]} ${subject} is in ${where.file(file)}`,
      next: `List ${subject.split('/').at(-1)} in .dockerignore`,
      ...where.place(file.layer),
    }),
  )
}
