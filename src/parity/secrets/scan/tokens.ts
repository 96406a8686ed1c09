import type {Format} from './format.ts'
import {entropyOf, isSample} from './value.ts'

type Token = readonly [kind: string, literals: readonly string[], pattern: RegExp, before?: number]

/** Tokens that say themselves what they are. The literal is where the match begins, but for the last column. */
const table: readonly Token[] = [
  ['AWS access key', ['AKIA', 'ASIA'], /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g],
  ['GitHub token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], /\bgh[pousr]_[A-Za-z0-9]{36,255}/g],
  ['GitHub token', ['gith'], /\bgithub_pat_[A-Za-z0-9_]{60,255}/g],
  ['GitLab token', ['glpa', 'gldt', 'glrt', 'glpt'], /\bgl(?:pat|dt|rt|ptt)-[\w-]{20,}/g],
  ['Slack token', ['xoxa', 'xoxb', 'xoxe', 'xoxp', 'xoxr', 'xoxs'], /\bxox[abeprs]-[\w-]{20,}/g],
  ['Slack token', ['xapp'], /\bxapp-\d-[\w-]{20,}/g],
  ['Slack webhook', ['lack'], /\bhooks\.slack\.com\/services\/T\w{6,}\/B\w{6,}\/\w{20,}/g, 16],
  ['Stripe key', ['sk_l', 'rk_l'], /\b[sr]k_live_[A-Za-z0-9]{16,}/g],
  ['Stripe webhook secret', ['whse'], /\bwhsec_[A-Za-z0-9+/]{32,}/g],
  ['Google API key', ['AIza'], /\bAIza[\w-]{35}(?![\w-])/g],
  ['Google client secret', ['GOCS'], /\bGOCSPX-[\w-]{28}/g],
  ['npm token', ['npm_'], /\bnpm_[A-Za-z0-9]{36}\b/g],
  ['PyPI token', ['pypi'], /\bpypi-AgE[\w-]{50,}/g],
  ['OpenAI key', ['sk-p', 'sk-s'], /\bsk-(?:proj|svcacct)-[\w-]{32,}/g],
  ['Anthropic key', ['sk-a'], /\bsk-ant-[a-z]+\d\d-[\w-]{32,}/g],
  ['DigitalOcean token', ['dop_', 'doo_', 'dor_'], /\bdo[por]_v1_[a-f0-9]{64}\b/g],
  ['Shopify token', ['shpa', 'shpc', 'shps'], /\bshp(?:at|ca|pa|ss)_[a-f0-9]{32}\b/g],
  ['Vault token', ['hvs.', 'hvb.'], /\bhv[sb]\.[\w-]{24,}/g],
  ['Azure storage key', ['ntKe'], /AccountKey=(?<value>[A-Za-z0-9+/]{86}==)/g, 8],
]

const longestToken = 400

export const tokens: readonly Format[] = table.map(([kind, literals, pattern, before = 0]) => ({
  kind,
  literals,
  pattern,
  // One more, so that \b sees what is in front of the match.
  before: before + 1,
  after: longestToken,
  vendored: true,
  // Keys that are a word or all of one letter come from documentation.
  accepts: (value) => !isSample(value.slice(4)) && entropyOf(value) > 3,
}))
