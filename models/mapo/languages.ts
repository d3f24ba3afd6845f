import { AssayError } from '../../schemas/errors.ts';

/** FLORES-200 codes, which NLLB's tokenizer has as tokens, of the languages most often met, by BCP-47. */
const FLORES: Readonly<Record<string, string>> = {
  am: 'amh_Ethi',
  ar: 'arb_Arab',
  bg: 'bul_Cyrl',
  bn: 'ben_Beng',
  ca: 'cat_Latn',
  cs: 'ces_Latn',
  da: 'dan_Latn',
  de: 'deu_Latn',
  el: 'ell_Grek',
  en: 'eng_Latn',
  es: 'spa_Latn',
  et: 'est_Latn',
  fa: 'pes_Arab',
  fi: 'fin_Latn',
  fr: 'fra_Latn',
  gu: 'guj_Gujr',
  ha: 'hau_Latn',
  he: 'heb_Hebr',
  hi: 'hin_Deva',
  hu: 'hun_Latn',
  id: 'ind_Latn',
  ig: 'ibo_Latn',
  it: 'ita_Latn',
  ja: 'jpn_Jpan',
  km: 'khm_Khmr',
  kn: 'kan_Knda',
  ko: 'kor_Hang',
  ml: 'mal_Mlym',
  mr: 'mar_Deva',
  ms: 'zsm_Latn',
  my: 'mya_Mymr',
  ne: 'npi_Deva',
  nl: 'nld_Latn',
  no: 'nob_Latn',
  pa: 'pan_Guru',
  pl: 'pol_Latn',
  pt: 'por_Latn',
  ro: 'ron_Latn',
  ru: 'rus_Cyrl',
  sa: 'san_Deva',
  si: 'sin_Sinh',
  sv: 'swe_Latn',
  sw: 'swh_Latn',
  ta: 'tam_Taml',
  te: 'tel_Telu',
  th: 'tha_Thai',
  tr: 'tur_Latn',
  uk: 'ukr_Cyrl',
  ur: 'urd_Arab',
  vi: 'vie_Latn',
  yo: 'yor_Latn',
  zh: 'zho_Hans',
  'zh-Hant': 'zho_Hant',
  'zh-HK': 'zho_Hant',
  'zh-TW': 'zho_Hant',
  zu: 'zul_Latn',
};

/** A three-letter language with its script, as FLORES names them but for the hyphen. */
const WITH_SCRIPT = /^[a-z]{3}-[A-Z][a-z]{3}$/;

/**
 * The tokens a tokenizer may know a BCP-47 language by, likeliest first: NLLB's (`ben_Beng`, also of the tag `ben-Beng`), M2M100's
 * (`__bn__`). The tag itself is none of them: `de` is a piece of words. A region is dropped.
 */
export const languageTokens = (language: string): string[] => {
  const base = (language.split('-')[0] ?? language).toLowerCase();
  const flores = WITH_SCRIPT.test(language) ? language.replace('-', '_') : (FLORES[language] ?? FLORES[base]);
  return [...(flores === undefined ? [] : [flores]), `__${base}__`];
};

/** The id of the first token of a language that the tokenizer has. Throws ASY-5036 where it has none. */
export const languageId = (language: string, idOf: (token: string) => number | undefined, model: string): number => {
  for (const token of languageTokens(language)) {
    const id = idOf(token);
    if (id !== undefined) return id;
  }
  throw new AssayError('ASY-5036', { model, language });
};
