import path from 'node:path'

/** Where the login keeps its own (0600, in a directory of 0700), below imm's state directory. */
export interface LoginPlace {
  /** signs links and sessions: with another one all of them end */
  key: string
  /** a line for each: name and what tells its password */
  users: string
}

export const loginPlace = (home: string): LoginPlace => ({
  key: path.join(home, 'login', 'share.key'),
  users: path.join(home, 'login', 'users'),
})
