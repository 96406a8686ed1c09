export const ciSystems = ['github', 'gitlab', 'jenkins'] as const
export type CiSystem = (typeof ciSystems)[number]

/** Where each system looks for its pipeline, and what it is made from. `names`: what counts as the same file, the one to write first. */
export const pipelines: Readonly<
  Record<CiSystem, {title: string; directory: string; names: readonly [string, ...string[]]; template: string}>
> = {
  github: {
    title: 'GitHub Actions',
    directory: '.github/workflows',
    names: ['imm.yml', 'imm.yaml'],
    template: 'ci/github.yml',
  },
  gitlab: {title: 'GitLab CI', directory: '.', names: ['.gitlab-ci.yml'], template: 'ci/gitlab.yml'},
  jenkins: {title: 'Jenkins', directory: '.', names: ['Jenkinsfile'], template: 'ci/Jenkinsfile'},
}
