const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** What looks generated and is not: whole secrets in a test would be found by those who look for them in repositories. */
export const random = (length: number, alphabet = letters, seed = 7): string => {
  let state = seed
  return Array.from({length}, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return alphabet[Math.floor((state / 2_147_483_648) * alphabet.length)]
  }).join('')
}

const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const hex = '0123456789abcdef'

const part = (text: string) => Buffer.from(text).toString('base64url')

/** One of each kind that is known. */
export const madeSecrets: Readonly<Record<string, string>> = {
  'AWS access key': `AKIA${random(16, upper)}`,
  'GitHub token': `ghp_${random(36)}`,
  'GitLab token': `glpat-${random(20)}`,
  'Slack token': `xoxb-${random(12, '123456789')}-${random(24)}`,
  'Slack webhook': `hooks.slack.com/services/T${random(8, upper)}/B${random(8, upper)}/${random(24)}`,
  'Stripe key': `sk_live_${random(24)}`,
  'Stripe webhook secret': `whsec_${random(32)}`,
  'Google API key': `AIza${random(35)}`,
  'Google client secret': `GOCSPX-${random(28)}`,
  'npm token': `npm_${random(36)}`,
  'PyPI token': `pypi-AgE${random(60)}`,
  'OpenAI key': `sk-proj-${random(48)}`,
  'Anthropic key': `sk-ant-api03-${random(48)}`,
  'DigitalOcean token': `dop_v1_${random(64, hex)}`,
  'Shopify token': `shpat_${random(32, hex)}`,
  'Vault token': `hvs.${random(24)}`,
  'JSON web token': `${part('{"alg":"HS256"}')}.${part('{"sub":"shop"}')}.${random(43)}`,
}

/** Apart from the rest of the line, for the same reason. */
export const word = 'PRIVATE'

export const privateKey = (line = '\n'): string =>
  `-----BEGIN RSA ${word} KEY-----${line}${random(64)}${line}${random(64, letters, 11)}${line}-----END RSA ${word} KEY-----`
