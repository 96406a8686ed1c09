/** A command line of tiny commands on imm's base command, for tests that need a process of their own. */
import {fileURLToPath} from 'node:url'

import {execute, settings} from '@oclif/core'

settings.enableAutoTranspile = false
void execute({loadOptions: {root: fileURLToPath(new URL('.', import.meta.url)), ignoreManifest: true}})
