import {z} from 'zod'

import {configSchema} from './schema.ts'

/** JSON Schema (draft-07) of imm.yaml, for editors: `# yaml-language-server: $schema=...`. src/config/imm.schema.json is its text. */
export const configJsonSchema = (): Record<string, unknown> => ({
  ...z.toJSONSchema(configSchema, {
    io: 'input',
    target: 'draft-07',
    // zod leaves out the examples of what is transformed, as they might be of the result; ours are always of what people write.
    override: ({zodSchema, jsonSchema}) => {
      const examples = z.globalRegistry.get(zodSchema)?.['examples']
      if (Array.isArray(examples)) jsonSchema['examples'] = examples
    },
  }),
  // A place for anchors, as in Compose files.
  patternProperties: {'^x-': {}},
})
