type Schema = Readonly<Record<string, unknown>>

/** Whether a value fits a JSON Schema (draft-07), for the keywords that imm.schema.json uses; any other keyword is an error. */
export const fits = (schema: Schema, value: unknown, root: Schema = schema): boolean =>
  Object.entries(schema).every(([keyword, argument]) => {
    const check = keywords[keyword]
    if (!check) throw new Error(`no check for the keyword ${keyword}`)
    return check(argument as never, value, schema, root)
  })

const types: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: (value) => Array.isArray(value),
  object: (value) => isObject(value),
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const note = () => true

/** `#/definitions/app` */
const definition = (reference: string, root: Schema): Schema => {
  const found = (root['definitions'] as Record<string, Schema> | undefined)?.[reference.replace('#/definitions/', '')]
  if (!found) throw new Error(`nothing is defined as ${reference}`)
  return found
}

const keywords: Record<string, (argument: never, value: unknown, schema: Schema, root: Schema) => boolean> = {
  definitions: note,
  $ref: (reference: string, value, _schema, root) => fits(definition(reference, root), value, root),
  $schema: note,
  title: note,
  description: note,
  examples: note,
  enum: (allowed: readonly unknown[], value) => allowed.includes(value),
  default: note,
  type: (type: string | string[], value) => [type].flat().some((name) => types[name]?.(value)),
  const: (constant: unknown, value) => value === constant,
  pattern: (pattern: string, value) => typeof value !== 'string' || new RegExp(pattern, 'u').test(value),
  minLength: (length: number, value) => typeof value !== 'string' || value.length >= length,
  minimum: (least: number, value) => typeof value !== 'number' || value >= least,
  maximum: (most: number, value) => typeof value !== 'number' || value <= most,
  exclusiveMaximum: (most: number, value) => typeof value !== 'number' || value < most,
  exclusiveMinimum: (least: number, value) => typeof value !== 'number' || value > least,
  anyOf: (branches: Schema[], value, _schema, root) => branches.some((branch) => fits(branch, value, root)),
  not: (schema: Schema, value, _schema, root) => !fits(schema, value, root),
  required: (names: string[], value) => !isObject(value) || names.every((name) => Object.hasOwn(value, name)),
  items: (schema: Schema, value, _schema, root) =>
    !Array.isArray(value) || value.every((item) => fits(schema, item, root)),
  minItems: (length: number, value) => !Array.isArray(value) || value.length >= length,
  propertyNames: (schema: Schema, value) => !isObject(value) || Object.keys(value).every((name) => fits(schema, name)),
  properties: (properties: Record<string, Schema>, value, _schema, root) =>
    !isObject(value) ||
    Object.entries(properties).every(
      ([name, schema]) => !Object.hasOwn(value, name) || fits(schema, value[name], root),
    ),
  patternProperties: note,
  additionalProperties: (allowed: false | Schema, value, {properties = {}, patternProperties = {}}, root) =>
    !isObject(value) ||
    Object.entries(value).every(([name, item]) => {
      if (Object.hasOwn(properties as object, name)) return true
      if (Object.keys(patternProperties as object).some((pattern) => new RegExp(pattern, 'u').test(name))) return true
      return allowed !== false && fits(allowed, item, root)
    }),
}
