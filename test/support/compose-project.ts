import {testProject, type TestProject} from './project.ts'

export type ComposeFixture = 'compose-shop' | 'compose-queue' | 'compose-site'

/** `npm test` makes the images and names them in the environment. */
export const servers = {
  postgres: process.env['IMM_TEST_BASE_POSTGRES'],
  redis: process.env['IMM_TEST_BASE_REDIS'],
  nginx: process.env['IMM_TEST_BASE_NGINX'],
} as const

export type Server = keyof typeof servers

/** The variables with which the fixtures take other images than a registry's. */
const images = (): Record<string, string> => ({
  NODE_IMAGE: process.env['IMM_TEST_BASE_NODE'] ?? 'imm-base/node:local',
  ...Object.fromEntries(
    Object.entries(servers).map(([name, image]) => [`${name.toUpperCase()}_IMAGE`, image ?? `imm-base/${name}:local`]),
  ),
})

/** A copy of a Compose fixture. Nothing is said to imm: the images are told as a Compose user does it, in `.env`. */
export const composeProject = async (
  fixture: ComposeFixture,
  files: Readonly<Record<string, string>> = {},
): Promise<TestProject> => {
  const env = Object.entries(images()).map(([name, image]) => `${name}=${image}\n`)
  return testProject({fixture, settings: null, files: {'.env': env.join(''), ...files}})
}
