/* Finds in free text what may identify a patient, before a draft is kept. The twin of core/identifiers.py, which the server
   runs again; the expressions are the same and a test compares the findings. */

const GAP = "[ \\u00a0\\u2009\\u202f\\t.\\u2010\\u2011\\u2013\\-]{0,2}";
const NHS_NUMBER = new RegExp(`(?<![0-9])([0-9]{3})${GAP}([0-9]{3})${GAP}([0-9]{4})(?![0-9])`, "g");
const MADE_UP = "999";

const MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}";
const DATE =
  "(?:[0-9]{1,2}[/.\\-][0-9]{1,2}[/.\\-](?:[0-9]{4}|[0-9]{2})|[0-9]{4}-[0-9]{2}-[0-9]{2}" +
  `|[0-9]{1,2}(?:st|nd|rd|th)?[ \\-]${MONTH}[ ,\\-]{1,2}[0-9]{2,4})(?![0-9])`;
const DATE_OF_BIRTH = new RegExp(
  `(?<![a-z])(?:d\\.?o\\.?b\\.?|date of birth|birth ?date|born)[^0-9\\n]{0,15}${DATE}`,
  "gi",
);

const POSTCODE = /(?<![a-z0-9])[a-z]{1,2}[0-9][a-z0-9]? ?[0-9][abd-hjlnp-uw-z]{2}(?![a-z0-9])/gi;
const AGE =
  /(?<![a-z])(?:aged?|age:|age of) ?[0-9]{1,3}(?![0-9])|(?<![0-9])[0-9]{1,3}[ -]?(?:years?[ -]old|yrs?[ -]old|y\/?o(?![a-z]))/gi;
const NEAR = 80;

const TITLED_NAME =
  /(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Mx|MR|MRS|MS|MISS)\.? {1,2}[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-öø-ÿ'’-]+/g;

export function isNhsNumber(digits) {
  if (digits.length !== 10 || new Set(digits).size === 1) return false;
  const total = [...digits.slice(0, 9)].reduce((sum, digit, place) => sum + Number(digit) * (10 - place), 0);
  const check = 11 - (total % 11);
  return (check === 11 ? 0 : check) === Number(digits[9]);
}

const spans = (text, expression) =>
  [...text.matchAll(expression)].map((match) => ({ start: match.index, end: match.index + match[0].length, match }));

function nhsNumbers(text) {
  return spans(text, NHS_NUMBER)
    .filter(({ match }) => isNhsNumber(match[1] + match[2] + match[3]))
    .map(({ start, end, match }) => ({
      start,
      end,
      kind: "nhs_number",
      severity: match[1] === MADE_UP ? "warn" : "stop",
    }));
}

const soft = (kind, text, expression) =>
  spans(text, expression).map(({ start, end }) => ({ start, end, kind, severity: "warn" }));

function postcodesWithAge(text) {
  const ages = spans(text, AGE);
  return spans(text, POSTCODE).flatMap((postcode) => {
    const age = ages.find(
      (found) => Math.max(postcode.start, found.start) - Math.min(postcode.end, found.end) <= NEAR,
    );
    if (!age) return [];
    const start = Math.min(postcode.start, age.start);
    return [{ start, end: Math.max(postcode.end, age.end), kind: "postcode_with_age", severity: "warn" }];
  });
}

/* The findings in the order of the text: kind, where, how grave. What was found is not in them. */
export function findIdentifiers(text) {
  return [
    ...nhsNumbers(text),
    ...soft("date_of_birth", text, DATE_OF_BIRTH),
    ...postcodesWithAge(text),
    ...soft("titled_name", text, TITLED_NAME),
  ].sort((one, other) => one.start - other.start || one.end - other.end || (one.kind < other.kind ? -1 : 1));
}
