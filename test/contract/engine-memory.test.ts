import {memoryEngine} from '../support/memory-engine/memory-engine.ts'
import {programFiles} from '../support/memory-engine/program.ts'
import {tarOf} from '../support/memory-engine/tar.ts'
import {engineContract} from './engine.ts'

engineContract(async () => {
  const engine = memoryEngine()
  return {
    engine,
    context: (program) => tarOf(programFiles(program)),
    layer: (program) => tarOf({'app.json': JSON.stringify(program)}),
    again: async () => engine,
    removeBehindTheBack: async (id) => engine.removeBehindTheBack(id),
    lacks: [],
    close: () => engine[Symbol.asyncDispose](),
  }
}, ['builds', 'containers', 'keeping', 'watching', 'layers', 'sandboxes', 'once'])
