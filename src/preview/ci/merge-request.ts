import type {CiSystem, Environment} from './system.ts'

/** Where the comments of a pull or merge request are, in the words of its forge's API. */
export interface MergeRequest {
  forge: 'github' | 'gitlab'
  /** who the token is */
  user: string
  /** list and create */
  comments: string
  /** change one; its id is added */
  comment: string
}

/** The pull or merge request that a job is about, by the variables of its system; undefined where it is about none. */
export const mergeRequestOf = (system: CiSystem | undefined, env: Environment): MergeRequest | undefined => {
  switch (system) {
    case 'github': {
      const number = /^refs\/pull\/(\d+)\//.exec(env['GITHUB_REF'] ?? '')?.[1]
      const {GITHUB_API_URL: api, GITHUB_REPOSITORY: repository} = env
      return number && api && repository ? github(api, repository, number) : undefined
    }
    case 'gitlab': {
      const {CI_API_V4_URL: api, CI_MERGE_REQUEST_IID: number} = env
      const project = env['CI_MERGE_REQUEST_PROJECT_ID'] ?? env['CI_PROJECT_ID']
      return number && api && project ? gitlab(api, project, number) : undefined
    }
    case 'jenkins':
      return byAddress(env['CHANGE_URL'])
    case undefined:
      return undefined
    default:
      return system satisfies never
  }
}

const github = (api: string, repository: string, number: string): MergeRequest => {
  const issues = `${api}/repos/${repository}/issues`
  return {
    forge: 'github',
    user: `${api}/user`,
    comments: `${issues}/${number}/comments`,
    comment: `${issues}/comments/`,
  }
}

const gitlab = (api: string, project: string, number: string): MergeRequest => {
  const comments = `${api}/projects/${encodeURIComponent(project)}/merge_requests/${number}/notes`
  return {forge: 'gitlab', user: `${api}/user`, comments, comment: `${comments}/`}
}

/** Jenkins knows a pull request by its page; each forge has pages, and an API, of its own form. */
const byAddress = (address: string | undefined): MergeRequest | undefined => {
  if (address === undefined || !URL.canParse(address)) return undefined
  const {origin, host, pathname} = new URL(address)
  const [, project, kind, number] = /^\/(.+?)\/(pull|pulls|-\/merge_requests)\/(\d+)\/?$/.exec(pathname) ?? []
  if (project === undefined || number === undefined) return undefined
  if (kind === '-/merge_requests') return gitlab(`${origin}/api/v4`, decodeURIComponent(project), number)
  // Gitea's and Forgejo's API for comments is that of GitHub.
  if (kind === 'pulls') return github(`${origin}/api/v1`, project, number)
  return github(host === 'github.com' ? 'https://api.github.com' : `${origin}/api/v3`, project, number)
}
