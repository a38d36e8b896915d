/** Fields of a provider that are missing, exclude each other, or do nothing. */
import type { Field } from '../field.ts';
import { EFFECT, type Report } from '../report.ts';

/** Reports what is absent or empty. */
export function needs(parent: Field, names: readonly string[], report: Report, why = ''): void {
  for (const name of names) {
    const field = parent.at(name);
    if (field.present && field.value !== '') continue;
    const { measurementError } = EFFECT;
    report.rejected('provider-field-missing', field, `${name} is missing${why}.`, measurementError, `Give ${name}.`);
  }
}

/** Reports fields that exclude each other. */
export function conflict(field: Field, message: string, mend: string, report: Report): void {
  report.rejected('provider-fields-conflict', field, message, EFFECT.measurementError, mend);
}

/** Reports a field that does nothing, if there is something in it. */
export function ignored(field: Field, message: string, mend: string, report: Report): void {
  if (field.entries.length > 0) report.unsafe('provider-field-ignored', field, message, 'It has no effect.', mend);
}

/** OAuth2 by client credentials: once there is a tokenUrl, both others must be there; without it, neither does anything. */
export function checkOAuth2(authentication: Field, report: Report): void {
  const oauth2 = authentication.at('oauth2');
  if (oauth2.at('tokenUrl').text) needs(oauth2, ['clientId', 'clientSecret'], report);
  else ignored(oauth2, 'oauth2 has no tokenUrl.', 'Give tokenUrl.', report);
}
