#!/usr/bin/env node
// Runs imm from src, unbuilt: for working on imm itself.
import {enableCompileCache} from 'node:module'

// Types are stripped once, and not with each start; imports that are not dynamic would come before this.
enableCompileCache()
const {execute, settings} = await import('@oclif/core')
const {sourceOptions} = await import('../scripts/source-options.ts')
settings.enableAutoTranspile = false
void execute({development: true, loadOptions: sourceOptions})
