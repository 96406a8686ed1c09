import type {Finding, Severity} from '../../report/finding.ts'

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
    const parent = parents.of(finding)
    const root = rootOf(finding, parents)
    if (parent === undefined || root === finding) return finding
    const {rule, subject} = root
    return {...finding, severity: severityBelow(finding, parent), cause: {rule, subject}}
  })

const ranks = {note: 0, warning: 1, error: 2} as const

/**
 * A cause counts as much as the gravest that it brings. What is but another sight of the same (the files of a package, the variable with a
 * runtime's version) is no graver than that; a base image is as grave as what is in it.
 */
const severityBelow = ({severity}: Finding, parent: Finding): Severity =>
  parent.rule === 'image.base' || ranks[severity] < ranks[parent.severity] ? severity : parent.severity

const rootOf = (finding: Finding, parents: Parents): Finding => {
  const seen = new Set<Finding>()
  let root = finding
  for (let next = parents.of(root); next !== undefined && !seen.has(next); next = parents.of(root)) {
    seen.add(root)
    root = next
  }
  return root
}
