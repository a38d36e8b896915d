/** What Kubernetes accepts as names, labels and annotations (apimachinery: pkg/util/validation). */

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const NAME = /^[A-Za-z0-9]([-\w.]*[A-Za-z0-9])?$/;

/** Whether it is a DNS label of RFC 1123: the name of a Service, a container or a namespace. */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && LABEL.test(text);
}

/** Whether it is a DNS subdomain of RFC 1123: the name of most objects. */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && text.split('.').every((part) => LABEL.test(part));
}

/** Whether it is a key of a label or annotation: up to 63 letters, with a DNS subdomain and a slash before them or not. */
export function isLabelKey(text: string): boolean {
  const slash = text.indexOf('/');
  const name = text.slice(slash + 1);
  return name.length <= 63 && NAME.test(name) && (slash < 0 || isDnsSubdomain(text.slice(0, slash)));
}

/** Whether it is a value of a label: up to 63 letters, or nothing. */
export function isLabelValue(text: string): boolean {
  return text === '' || (text.length <= 63 && NAME.test(text));
}
