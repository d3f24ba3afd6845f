/** Program text as it is: from left to right, in its own lines. */
export const Code = ({ text, language }: { text: string; language?: string | undefined }) => (
  <pre className="code" tabIndex={0} aria-label={language === undefined ? 'Code' : `Code, ${language}`}>
    <code dir="ltr">{text}</code>
  </pre>
);
