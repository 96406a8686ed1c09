import {Flags} from '@oclif/core'

/** Whether a command elsewhere gets a terminal. */
export const attachedFlags = {
  interactive: Flags.boolean({char: 'i', description: 'Pass the input on; it always is, as long as there is some.'}),
  tty: Flags.boolean({char: 't', description: 'Give the command a terminal; it has one wherever imm has.'}),
  'no-tty': Flags.boolean({char: 'T', exclusive: ['tty'], description: 'Give it none.'}),
}
