import type {SideFacts} from '../facts.ts'
import type {Finding} from '../report/finding.ts'
import {find} from './find.ts'

const shell = /(?:^|\/)(?:ba|da|a|z)?sh$/
const wrapper = /(?:^|\/)(?:npm|npx|yarn|pnpm)$/

export const commandFindings = ({image, run}: SideFacts): Finding[] => {
  const entrypoint = run?.config.entrypoint ?? image?.config.entrypoint ?? []
  const command = run?.config.command ?? image?.config.command ?? []
  return [
    ...inShellForm('ENTRYPOINT', entrypoint),
    ...inShellForm('CMD', command),
    ...wrapped(entrypoint.length > 0 ? entrypoint : command),
  ]
}

const inShellForm = (what: string, [program, option, text]: readonly string[]): Finding[] => {
  if (program === undefined || !shell.test(program) || option !== '-c' || text === undefined) return []
  // The shell gives way to the application, which is then the first process.
  if (/^\s*exec\s[^;&|]*$/.test(text)) return []
  return [
    find('lint.command.shell', what, {
      message: `${what} is in shell form: the shell is the first process and hands on no signal to stop`,
      next: `Write ${what} as a list: ["program", "argument"]; or begin it with exec`,
    }),
  ]
}

const wrapped = ([program]: readonly string[]): Finding[] =>
  program === undefined || !wrapper.test(program)
    ? []
    : [
        find('lint.command.wrapper', 'command', {
          message: `the application is started by ${program}, which stays in front of it`,
          next: 'Name the program that its script runs: ["node", "server.js"]',
        }),
      ]
