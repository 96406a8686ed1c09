export type CiSystem = 'github' | 'gitlab' | 'jenkins'

export type Environment = Readonly<Record<string, string | undefined>>

/** The system whose job this is, by the variables that each documents; Forgejo's and Gitea's runners set those of GitHub. */
export const ciSystem = (env: Environment): CiSystem | undefined => {
  if (env['GITHUB_ACTIONS'] === 'true') return 'github'
  if (env['GITLAB_CI'] === 'true') return 'gitlab'
  // An agent may set JENKINS_URL for all that it starts; a build has a number, too.
  if (env['JENKINS_URL'] && env['BUILD_NUMBER']) return 'jenkins'
  return undefined
}

/** Where a pipeline's files go. Outside the checkout where that can be: there they would be part of the next build's context. */
export const ciDirectory = (system: CiSystem | undefined, env: Environment): string => {
  const chosen = env['IMM_CI_DIRECTORY']
  if (chosen) return chosen
  switch (system) {
    case 'github':
      return env['RUNNER_TEMP'] || '.'
    case 'gitlab':
      // GitLab takes artifacts from below the checkout alone, and cleans it before the next job.
      return env['CI_PROJECT_DIR'] || '.'
    case 'jenkins':
      return env['WORKSPACE_TMP'] || env['WORKSPACE'] || '.'
    case undefined:
      return '.'
    default:
      return system satisfies never
  }
}
