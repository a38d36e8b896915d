/** What a web metric refuses, and what it takes for a success (Argo rule 86: metricproviders/webmetric). */
import type { Field } from '../field.ts';
import type { Report } from '../report.ts';
import { shown } from '../shown.ts';
import { checkOAuth2, conflict, ignored } from './provider-fields.ts';
import { knownText, type Resolve } from './values.ts';

/** Reports a web metric that cannot be asked. */
export function checkWeb(web: Field, resolve: Resolve, report: Report): void {
  const [text, json] = [web.at('body'), web.at('jsonBody')];
  const bodies = [...(text.text ? [text] : []), ...(json.present ? [json] : [])];
  if (bodies.length === 2) conflict(json, 'There are body and jsonBody.', 'Keep one of them.', report);
  const at = web.at('method');
  const method = at.text ? knownText(at, resolve) : 'GET';
  if (method === 'GET' && bodies.length > 0) conflict(bodies[0]!, 'A GET has no body.', 'Set method: POST.', report);
  if (method !== null && !['GET', 'POST', 'PUT'].includes(method)) {
    const effect = 'It is sent as it is written, in upper or lower case.';
    report.unsafe('web-method-unknown', at, `The method is ${shown(method)}.`, effect, 'Write GET, POST or PUT.');
  }
  if (!web.at('jsonPath').text) {
    const message = 'Without a jsonPath nothing shows that the answer is meant to be JSON.';
    const effect =
      'An answer that is not JSON (plain text, a login page, nothing) is a success: no condition is asked.';
    report.advice('web-text-passes', web, message, effect, 'Answer in JSON, and name the field, such as {$.verdict}.');
  }
  checkOAuth2(web.at('authentication'), report);
  for (const name of ['sigv4', 'basicAuth']) {
    const field = web.at('authentication', name);
    if (field.entries.length > 0) ignored(field, `A web metric knows no ${name}.`, 'Send a header.', report);
  }
}
