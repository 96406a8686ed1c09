import {ImmBug} from '../errors.ts'

/** undefined, false and '' leave a section out */
export type TemplateValues = Readonly<Record<string, string | number | boolean | undefined>>

const sectionLine = /^\{\{([#^/])(\w+)\}\}$/

/**
 * Fills a template: `{{name}}` is a value; a line `{{#name}}` begins lines that are there only with the value, `{{^name}}` only without,
 * a line `{{/name}}` ends either. Templates are ours, so a name that nobody set is a bug.
 */
export const render = (template: string, values: TemplateValues): string => {
  const open: {name: string; shown: boolean}[] = []
  const lines: string[] = []
  for (const line of template.split('\n')) {
    const [, kind, name] = sectionLine.exec(line) ?? []
    if (kind === '/') {
      if (open.pop()?.name !== name) throw new ImmBug(`template: {{/${name}}} ends nothing`)
    } else if (kind !== undefined && name !== undefined)
      open.push({name, shown: Boolean(valueOf(values, name)) === (kind === '#')})
    else if (open.every(({shown}) => shown))
      lines.push(line.replaceAll(/\{\{(\w+)\}\}/g, (_, key: string) => String(valueOf(values, key))))
  }
  if (open.length > 0) throw new ImmBug(`template: {{#${open[0]?.name}}} has no end`)
  return lines.join('\n').replaceAll(/\n{3,}/g, '\n\n')
}

const valueOf = (values: TemplateValues, name: string): string | number | boolean | undefined => {
  if (!(name in values)) throw new ImmBug(`template: nothing is known as {{${name}}}`)
  return values[name]
}
