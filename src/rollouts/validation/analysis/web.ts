/** What a web metric refuses, and what it takes for a success (Argo rule 86: metricproviders/webmetric). */
import { parseJsonPath } from '../../json-path.ts';
import type { Field } from '../field.ts';
import { EFFECT, type Report } from '../report.ts';
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
    const effect = 'It is sent as it is written.';
    report.unsafe('web-method-unknown', at, `The method is ${shown(method)}.`, effect, 'Write GET, POST or PUT.');
  }
  const path = web.at('jsonPath');
  const wrong = parseJsonPath(knownText(path, resolve) ?? '');
  if (wrong !== null) {
    const message = `At character ${wrong.offset + 1}: ${wrong.problem}.`;
    const effect = wrong.refused ? EFFECT.measurementError : 'It finds something else than it says.';
    report[wrong.refused ? 'rejected' : 'unsafe'](
      'json-path-invalid',
      path,
      message,
      effect,
      'Write it as {$.data[0].value}.',
    );
  }
  if (!path.text) {
    const message = 'Without a jsonPath the answer may be any text.';
    const effect = 'An answer that is not JSON, such as a login page, is a success.';
    report.advice('web-text-passes', web, message, effect, 'Answer in JSON, and set jsonPath, such as {$.verdict}.');
  }
  checkOAuth2(web.at('authentication'), report);
  for (const name of ['sigv4', 'basicAuth'])
    ignored(web.at('authentication', name), `A web metric knows no ${name}.`, 'Send a header.', report);
}
