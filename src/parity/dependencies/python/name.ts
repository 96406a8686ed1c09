/** `PyYAML`, `pyyaml` and `Py_YAML` are one package (PEP 503). */
export const pythonName = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-')
