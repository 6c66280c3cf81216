// What can be a name. The engine has the last word; these rules say while one types what it would say afterwards.
import { words } from './format';

const part = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*';
const registry = '(?:[\\w.-]+|\\[[0-9a-fA-F:]+\\])(?::\\d+)?/';
const reference = new RegExp(`^(?:${registry})?${part}(?:/${part})*(?::\\w[\\w.-]{0,127})?$`);

// wrongReference says what is wrong with the name of an image.
export function wrongReference(text: string): string | undefined {
  return reference.test(text.trim()) ? undefined : `${text.trim() || 'Nothing'} is no name for an image: write repository:tag, the repository in lowercase`;
}

export function wrongReferences(text: string): string | undefined {
  return words(text).map(wrongReference).find(wrong => wrong);
}

// wrongContainer says what is wrong with the name of a container.
export function wrongContainer(text: string): string | undefined {
  return /^[a-zA-Z0-9][\w.-]+$/.test(text) ? undefined : 'A name begins with a letter or digit; behind it stand one or more letters, digits, _ . or -';
}

// wrongInside says what is wrong with a path in a container.
export function wrongInside(text: string): string | undefined {
  return /^([/\\]|[a-zA-Z]:)/.test(text) ? undefined : 'Write the whole path, from / on';
}
