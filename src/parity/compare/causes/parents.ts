import type {Finding} from '../../report/finding.ts'

/** Which finding is brought by which. */
export interface Parents {
  of(finding: Finding): Finding | undefined
  /** the first that is said to bring it stays */
  set(finding: Finding, parent: Finding | undefined): void
}

export const noParents = (): Parents => {
  const parents = new Map<Finding, Finding>()
  return {
    of: (finding) => parents.get(finding),
    set(finding, parent) {
      if (parent !== undefined && parent !== finding && !parents.has(finding)) parents.set(finding, parent)
    },
  }
}

/** With the cause that has none itself: a base image brings the release that brings the packages. */
export const withCauses = (findings: readonly Finding[], parents: Parents): Finding[] =>
  findings.map((finding) => {
    const root = rootOf(finding, parents)
    return root === finding ? finding : {...finding, cause: {rule: root.rule, subject: root.subject}}
  })

const rootOf = (finding: Finding, parents: Parents): Finding => {
  const seen = new Set<Finding>()
  let root = finding
  for (let next = parents.of(root); next !== undefined && !seen.has(next); next = parents.of(root)) {
    seen.add(root)
    root = next
  }
  return root
}
