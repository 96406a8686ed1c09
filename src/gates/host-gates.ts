import type {Gates} from '../lifecycle/ports.ts'
import {runCommand} from './command.ts'
import {request} from './request.ts'

/** What checks do on this machine: ask the candidate, and run commands in the project's directory. */
export const hostGates = (directory: string): Gates => ({
  request,
  command: async (command, onLine, signal) => runCommand(directory, command, onLine, signal),
})
