import {execa} from 'execa'

/** A docker command that can build with BuildKit: some have no buildx, and fall back to the classic builder or fail. */
export const dockerCli = async (image: string): Promise<string | undefined> => {
  for (const program of ['docker', '/usr/bin/docker']) {
    const tried = await execa(program, ['build', '-q', '-'], {
      input: `FROM ${image}\n`,
      env: {DOCKER_BUILDKIT: '1'},
      reject: false,
    })
    if (tried.exitCode === 0 && !/deprecated|missing/i.test(tried.stderr)) return program
  }
  return undefined
}
