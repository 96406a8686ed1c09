#!/usr/bin/env node
// Runs imm from src, unbuilt: for working on imm itself.
import {execute, settings} from '@oclif/core'

import {sourceOptions} from '../scripts/source-options.ts'

settings.enableAutoTranspile = false
void execute({development: true, loadOptions: sourceOptions})
