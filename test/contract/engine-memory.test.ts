import {memoryEngine} from '../support/memory-engine/memory-engine.ts'
import {programFiles} from '../support/memory-engine/program.ts'
import {tarOf} from '../support/memory-engine/tar.ts'
import {engineContract} from './engine.ts'

engineContract(async () => {
  const engine = memoryEngine()
  return {
    engine,
    context: (program) => tarOf({...programFiles(program), 'app.sh': '', 'index.html': program.content ?? ''}),
    layer: (program) => tarOf({'app.json': JSON.stringify(program)}),
    again: async () => engine,
    removeBehindTheBack: async (id) => engine.removeBehindTheBack(id),
    write: async (id, path, write) => engine.write(id, path, write),
    alter: async (id, to) => engine.alter(id, to),
    lacks: [],
    close: () => engine[Symbol.asyncDispose](),
  }
}, ['builds', 'containers', 'keeping', 'watching', 'layers', 'sandboxes', 'once', 'inside', 'networks', 'volumes'])
