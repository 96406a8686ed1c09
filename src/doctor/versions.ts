import {execFile} from 'node:child_process'
import {promisify} from 'node:util'

import {note, ok, problem, type Finding} from './finding.ts'

export interface VersionFacts {
  imm: string
  /** `v24.12.0` */
  node: string
  /** path of the Node that runs imm */
  execPath: string
  /** undefined: not installed */
  git: string | undefined
}

export const gitVersion = async (signal: AbortSignal): Promise<string | undefined> => {
  try {
    const {stdout} = await promisify(execFile)('git', ['--version'], {signal, env: {...process.env, LC_ALL: 'C'}})
    return /\d+(?:\.\d+)+/.exec(stdout)?.[0]
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}

export const versionFindings = ({imm, node, execPath, git}: VersionFacts): Finding[] => {
  const findings = [ok('versions', `imm ${imm}, Node.js ${node}${git === undefined ? '' : `, git ${git}`}`)]
  if (!isSupported(node))
    findings.push(
      problem(
        'versions',
        `Node.js ${node} (${execPath}) is not one that imm runs on`,
        'Install Node.js 24.12 or a newer 24, or 26.',
      ),
    )
  if (git === undefined)
    findings.push(
      note('versions', 'git is not installed: images will not say which commit they were built from', 'Install git.'),
    )
  return findings
}

/** As `engines` of package.json and bin/run.js say. */
export const isSupported = (version: string): boolean => {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  return major >= 26 || (major === 24 && minor >= 12)
}
