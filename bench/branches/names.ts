/** Names that git allows, none of them a directory of another's. The first are those that tell most. */
export const branchNames: readonly string[] = [
  'feature/login',
  'feature-login',
  'ünïcode/größe',
  `very/${'long-'.repeat(40)}a`,
  `very/${'long-'.repeat(40)}b`,
  'team/a/b/c/d/e',
  'Feature/Login',
  'feature.login',
  'feature_login',
  '分支/機能',
  'MAIN',
  'ima/main',
  '123',
  'v1.0.0',
  'émoji-🎉',
  "it's",
  'semi;colon',
  '$(id)',
  'a&b|c',
  '%2Fetc',
  'x#y',
  '"quoted"',
  'release/1.2.3',
  'pull/7',
  'refs/heads/deep',
  'sandbox',
  'localhost',
  'äöü',
  'x--y',
  'imm',
]

/** So many names: those above, then numbered ones. */
export const names = (count: number): readonly string[] =>
  Array.from({length: count}, (_, index) => branchNames[index] ?? `topic/${index}`)
